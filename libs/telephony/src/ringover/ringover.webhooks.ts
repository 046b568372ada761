import type { IncomingHttpHeaders } from 'node:http';
import { assertNever } from '@app/kernel';
import { readHs512, type TokenFault } from './hs512.js';
import { isRecord, isSameJson, parseLossless } from './lossless-json.js';
import {
  bearsSignature,
  faultOfApiKey,
  faultOfLegacyHex,
  faultOfV3,
  type MacFault,
  USUAL_V3,
  type V3Rules,
} from './webhook-macs.js';

/** The sections of Ringover's webhook settings: each has an address and a key of its own. */
export const RINGOVER_SECTIONS = ['call-event', 'contact-call', 'contact-search', 'smart-routing'] as const;
export type RingoverSection = (typeof RINGOVER_SECTIONS)[number];

export const isRingoverSection = (name: string): name is RingoverSection =>
  (RINGOVER_SECTIONS as readonly string[]).includes(name);

/** How a delivery may prove itself; `token` is the secret in its address, which whoever took the request has checked. */
export const WEBHOOK_MODES = ['jwt-v1', 'hmac-v3', 'legacy-hex', 'api-key', 'token'] as const;
export type WebhookMode = (typeof WEBHOOK_MODES)[number];

/** Where nothing is configured. Of contact search it is disputed how, and of IVR codes whether, they are signed. */
const USUAL_MODES: Readonly<Record<RingoverSection, readonly WebhookMode[]>> = {
  'call-event': ['jwt-v1'],
  'contact-call': ['jwt-v1'],
  'contact-search': ['jwt-v1', 'api-key'],
  'smart-routing': ['jwt-v1'],
};

/** Sections of which it is documented, or disputed, that they are not signed: without a key their address is the proof. */
const UNSIGNED: ReadonlySet<RingoverSection> = new Set(['contact-search', 'smart-routing']);

export interface RingoverWebhookRules {
  /** Signing keys, as the dashboard shows them. A section without one is refused, or goes by its address if unsigned. */
  keys: Readonly<Partial<Record<RingoverSection, string>>>;
  /**
   * Which proofs a section takes, any of them. With `token` beside others, a delivery without a signature goes by its
   * address, and one with a signature is held to it; `token` alone looks at no signature.
   */
  modes?: Readonly<Partial<Record<RingoverSection, readonly WebhookMode[]>>>;
  /** `lenient` takes a signed token that says nothing of the body; one that contradicts the body is refused by both. */
  binding: 'strict' | 'lenient';
  /** Whether an IVR code without a signature goes by its address; one with a signature is held to it. Default true. */
  unsignedCodes?: boolean;
  v3?: V3Rules;
}

/** `jwt-v1-unbound`: signed, but for all we know for another body (only when lenient). */
export type WebhookProof = WebhookMode | 'jwt-v1-unbound';

export type WebhookRefusal = TokenFault | MacFault | 'no-key' | 'no-signature' | 'not-json' | 'unbound' | 'other-body';

/** `body` is read without rounding; undefined when it is no JSON (then only an address vouches for it). */
export type WebhookVerification =
  { ok: true; verifiedBy: WebhookProof; body: unknown } | { ok: false; because: WebhookRefusal };

export interface WebhookDelivery {
  section: RingoverSection;
  headers: IncomingHttpHeaders;
  /** Exactly as it came. */
  body: string;
  /** The whole address as the carrier knows it; signed in V3 only. */
  url?: string;
}

/** Decides whether Ringover sent this. The token in its address is checked by whoever took the request. Never throws. */
export function verifyWebhook(delivery: WebhookDelivery, rules: RingoverWebhookRules, now: Date): WebhookVerification {
  const { section } = delivery;
  const body = readBody(delivery.body);
  const given = rules.modes?.[section];
  const keys = keysOf(delivery, rules, body);
  if (keys.length === 0) {
    const byAddress = given ? given.includes('token') : UNSIGNED.has(section);
    return byAddress ? { ok: true, verifiedBy: 'token', body } : { ok: false, because: 'no-key' };
  }
  const modes = given ?? USUAL_MODES[section];
  if (goesByAddress({ delivery, body, modes, rules })) return { ok: true, verifiedBy: 'token', body };
  const asked = { delivery, body, rules, now };
  const tried = keys.flatMap((key) => modes.map((mode) => prove(mode, key, asked)));
  return tried.find(({ ok }) => ok) ?? mostTelling(tried);
}

/** An IVR code comes to the address of its section, signed with the key of one or the other (their samples differ). */
function keysOf({ section }: WebhookDelivery, { keys }: RingoverWebhookRules, body: unknown): string[] {
  const others: RingoverSection[] = section === 'smart-routing' && isCode(body) ? ['call-event'] : [];
  return keys[section] ? [section, ...others].flatMap((name) => keys[name] || []) : [];
}

const isCode = (body: unknown): boolean => isRecord(body) && body.event === 'ivr_response_code';

function goesByAddress(asked: {
  delivery: WebhookDelivery;
  body: unknown;
  modes: readonly WebhookMode[];
  rules: RingoverWebhookRules;
}): boolean {
  const { delivery, body, modes, rules } = asked;
  if (modes.every((mode) => mode === 'token')) return true;
  if (bearsSignature(delivery.headers)) return false;
  return (
    modes.includes('token') || (isCode(body) && delivery.section === 'smart-routing' && rules.unsignedCodes !== false)
  );
}

interface Asked {
  delivery: WebhookDelivery;
  body: unknown;
  rules: RingoverWebhookRules;
  now: Date;
}

function prove(mode: WebhookMode, key: string, { delivery, body, rules, now }: Asked): WebhookVerification {
  const { headers } = delivery;
  switch (mode) {
    case 'jwt-v1':
      return proveByToken(headers, key, { body, binding: rules.binding, now });
    case 'hmac-v3':
      return verdictOf(mode, body, faultOfV3(delivery, key, rules.v3 ?? USUAL_V3, now));
    case 'legacy-hex':
      return verdictOf(mode, body, faultOfLegacyHex(delivery, key));
    case 'api-key':
      return verdictOf(mode, body, faultOfApiKey(headers, key));
    case 'token':
      return { ok: false, because: 'no-signature' };
    default:
      return assertNever(mode);
  }
}

const verdictOf = (verifiedBy: WebhookMode, body: unknown, fault: MacFault | 'no-signature' | undefined) =>
  fault ? { ok: false as const, because: fault } : { ok: true as const, verifiedBy, body };

/** That no signature was found for one mode says nothing when there was one for another. */
function mostTelling(tried: readonly WebhookVerification[]): WebhookVerification {
  const said = tried.find((one) => !one.ok && one.because !== 'no-signature');
  return said ?? { ok: false, because: 'no-signature' };
}

function proveByToken(
  headers: IncomingHttpHeaders,
  key: string,
  { body, binding, now }: { body: unknown; binding: 'strict' | 'lenient'; now: Date },
): WebhookVerification {
  const token = tokenOf(headers);
  if (token === undefined) return { ok: false, because: 'no-signature' };
  const reading = readHs512(token, key, now);
  return reading.ok ? bind(reading.claims, body, binding) : reading;
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
  if (event === undefined || !isRecord(data)) return 'silent';
  if ((data.call_id ?? data.id) === undefined) {
    // nothing names it: a search is known by all that it holds
    const isWhole = Object.keys(data).length > 0 && isSameJson(withoutAttempt(claims), withoutAttempt(body));
    return isWhole ? 'same' : 'silent';
  }
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
