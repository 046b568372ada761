import type { IncomingHttpHeaders } from 'node:http';
import { readHs512, type TokenFault } from './hs512.js';
import { isRecord, isSameJson, parseLossless } from './lossless-json.js';

/** The sections of Ringover's webhook settings: each has an address and a key of its own. */
export const RINGOVER_SECTIONS = ['call-event', 'contact-call', 'contact-search', 'smart-routing'] as const;
export type RingoverSection = (typeof RINGOVER_SECTIONS)[number];

export const isRingoverSection = (name: string): name is RingoverSection =>
  (RINGOVER_SECTIONS as readonly string[]).includes(name);

/** Sections of which it is documented, or disputed, that they are not signed: without a key their address is the proof. */
const UNSIGNED: ReadonlySet<RingoverSection> = new Set(['contact-search', 'smart-routing']);

export interface RingoverWebhookRules {
  /** Signing keys, as the dashboard shows them. A section without one is refused, or goes by its address if unsigned. */
  keys: Readonly<Partial<Record<RingoverSection, string>>>;
  /** `lenient` takes a signed token that says nothing of the body; one that contradicts the body is refused by both. */
  binding: 'strict' | 'lenient';
}

/** `jwt-v1-unbound`: signed, but for all we know for another body (only when lenient). */
export type WebhookProof = 'jwt-v1' | 'jwt-v1-unbound' | 'token';

export type WebhookRefusal = TokenFault | 'no-key' | 'no-signature' | 'not-json' | 'unbound' | 'other-body';

/** `body` is read without rounding; undefined when it is no JSON (then only an address vouches for it). */
export type WebhookVerification =
  { ok: true; verifiedBy: WebhookProof; body: unknown } | { ok: false; because: WebhookRefusal };

export interface WebhookDelivery {
  section: RingoverSection;
  headers: IncomingHttpHeaders;
  /** Exactly as it came. */
  body: string;
}

/** Decides whether Ringover sent this. The token in its address is checked by whoever took the request. Never throws. */
export function verifyWebhook(delivery: WebhookDelivery, rules: RingoverWebhookRules, now: Date): WebhookVerification {
  const key = rules.keys[delivery.section];
  if (!key) {
    if (!UNSIGNED.has(delivery.section)) return { ok: false, because: 'no-key' };
    return { ok: true, verifiedBy: 'token', body: readBody(delivery.body) };
  }
  const token = tokenOf(delivery.headers);
  if (token === undefined) return { ok: false, because: 'no-signature' };
  const reading = readHs512(token, key, now);
  return reading.ok ? bind(reading.claims, readBody(delivery.body), rules.binding) : reading;
}

/** The documented header; the other was seen in live traffic and is deprecated. */
function tokenOf(headers: IncomingHttpHeaders): string | undefined {
  const signature = headers['x-ringover-webhook-signature'];
  if (typeof signature === 'string' && signature !== '') return signature.trim();
  return /^Bearer (\S+)$/i.exec(headers.authorization ?? '')?.[1];
}

function bind(
  claims: Readonly<Record<string, unknown>>,
  body: unknown,
  binding: 'strict' | 'lenient',
): WebhookVerification {
  if (!isRecord(body)) return { ok: false, because: 'not-json' };
  const match = compare(claims, body);
  if (match === 'same') return { ok: true, verifiedBy: 'jwt-v1', body };
  if (match === 'other') return { ok: false, because: 'other-body' };
  return binding === 'lenient' ? { ok: true, verifiedBy: 'jwt-v1-unbound', body } : { ok: false, because: 'unbound' };
}

/** Claims hold the event whole under `payload` (seen in live traffic), or flat (reported), or nothing of it. */
function compare(
  claims: Readonly<Record<string, unknown>>,
  body: Readonly<Record<string, unknown>>,
): 'same' | 'other' | 'silent' {
  if (isRecord(claims.payload)) return verdict(isSameJson(withoutAttempt(claims.payload), withoutAttempt(body)));
  const { event, resource, data } = claims;
  if (event === undefined || !isRecord(data) || (data.call_id ?? data.id) === undefined) return 'silent';
  return verdict(body.event === event && body.resource === resource && isPartOf(data, body.data));
}

const verdict = (same: boolean): 'same' | 'other' => (same ? 'same' : 'other');

/** A repeated delivery counts it up; whether it is signed anew is not known, and nothing is decided by it. */
const withoutAttempt = ({ attempt: _, ...rest }: Readonly<Record<string, unknown>>): Record<string, unknown> => rest;

const isPartOf = (part: Record<string, unknown>, whole: unknown): boolean =>
  isRecord(whole) &&
  Object.entries(part).every(([key, value]) => Object.hasOwn(whole, key) && isSameJson(value, whole[key]));

function readBody(text: string): unknown {
  try {
    return parseLossless(text);
  } catch {
    return undefined;
  }
}
