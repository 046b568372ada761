import { createHmac, timingSafeEqual } from 'node:crypto';
import { isRecord, parseLossless } from './lossless-json.js';

/** Why a token says nothing. */
export type TokenFault = 'malformed' | 'wrong-algorithm' | 'wrong-key' | 'expired' | 'not-yet-valid';

export type TokenReading = { ok: true; claims: Readonly<Record<string, unknown>> } | { ok: false; because: TokenFault };

/** How far two clocks may be apart, in seconds. RFC 7519 §4.1.4: "usually no more than a few minutes". */
const LEEWAY_S = 60;

const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Reads a JWT (RFC 7519) signed with HMAC-SHA-512 and nothing else. Claims are read after the signature held, without
 * rounding. `exp` and `nbf` count where they are present; `iat` does not. Never throws.
 *
 * @param key taken as UTF-8, never decoded
 */
export function readHs512(token: string, key: string, now: Date): TokenReading {
  if (!COMPACT.test(token)) return { ok: false, because: 'malformed' };
  const [head = '', body = '', signature = ''] = token.split('.');
  const header = readPart(head);
  if (!header || 'crit' in header) return { ok: false, because: 'malformed' }; // RFC 7515 §4.1.11: unknown, so refused
  if (header.alg !== 'HS512') return { ok: false, because: 'wrong-algorithm' };
  if (!isSignedBy(key, `${head}.${body}`, signature)) return { ok: false, because: 'wrong-key' };
  const claims = readPart(body);
  if (!claims) return { ok: false, because: 'malformed' };
  const fault = faultOfTime(claims, now.getTime() / 1_000);
  return fault ? { ok: false, because: fault } : { ok: true, claims };
}

function isSignedBy(key: string, signed: string, signature: string): boolean {
  const expected = createHmac('sha512', Buffer.from(key, 'utf8')).update(signed).digest();
  const given = Buffer.from(signature, 'base64url');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function faultOfTime({ exp, nbf }: Readonly<Record<string, unknown>>, nowS: number): TokenFault | undefined {
  if (!isNumericDate(exp) || !isNumericDate(nbf)) return 'malformed';
  if (exp !== undefined && nowS >= exp + LEEWAY_S) return 'expired';
  return nbf !== undefined && nowS < nbf - LEEWAY_S ? 'not-yet-valid' : undefined;
}

const isNumericDate = (value: unknown): value is number | undefined =>
  value === undefined || (typeof value === 'number' && Number.isFinite(value));

function readPart(part: string): Record<string, unknown> | undefined {
  try {
    const value = parseLossless(Buffer.from(part, 'base64url').toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
