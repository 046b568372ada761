import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { readInstant } from './ringover-values.js';

/** What of a delivery these proofs are about. */
export interface MacDelivery {
  headers: IncomingHttpHeaders;
  /** Exactly as it came. */
  body: string;
  url?: string;
}

/** Why a code or key says nothing. `out-of-window`: the time that is signed with it is too far from ours. */
export type MacFault = 'no-signature' | 'wrong-key' | 'malformed' | 'out-of-window';

/** What is not known of V3: nobody outside was seen to reproduce it. */
export interface V3Rules {
  /** What stands between method, address, body and time in the signed text. */
  separator: string;
  /** The address as it is signed: whole, or path and query alone. */
  address: 'whole' | 'path';
  /** How far its time may be from ours, either way. */
  windowS: number;
}

export const USUAL_V3: V3Rules = { separator: '', address: 'whole', windowS: 300 };

const V1_HEADER = 'x-ringover-webhook-signature';
const V3_HEADER = 'x-ringover-webhook-signature-v3';
const V3_TIME_HEADER = 'x-ringover-request-signature-v3-timestamp';
const LEGACY_HEADER = 'x-ringover-signature';

/** Whether it claims to be signed, in whatever way. */
export const bearsSignature = (headers: IncomingHttpHeaders): boolean =>
  [V1_HEADER, V3_HEADER, LEGACY_HEADER, 'authorization'].some((name) => headerOf(headers, name) !== undefined);

/** V3: Base64 of HMAC-SHA-256 over method, address, body and time. The time bounds a replay. */
export function faultOfV3({ headers, body, url = '' }: MacDelivery, key: string, rules: V3Rules, now: Date) {
  const [signature, time] = [headerOf(headers, V3_HEADER), headerOf(headers, V3_TIME_HEADER)];
  if (signature === undefined) return 'no-signature';
  const at = readInstant(time);
  if (time === undefined || !at) return 'malformed';
  const address = rules.address === 'whole' ? url : pathOf(url);
  const expected = createHmac('sha256', key).update(['POST', address, body, time].join(rules.separator)).digest();
  if (!isSame(Buffer.from(signature, 'base64'), expected)) return 'wrong-key';
  return Math.abs(now.getTime() - at.getTime()) > rules.windowS * 1_000 ? 'out-of-window' : undefined;
}

/** As the official Python sample has it: hex of HMAC-SHA-256 over the body. Nothing in it bounds a replay. */
export function faultOfLegacyHex({ headers, body }: MacDelivery, key: string) {
  const signature = headerOf(headers, LEGACY_HEADER);
  if (signature === undefined) return 'no-signature';
  if (!/^[0-9a-f]{64}$/.test(signature)) return 'malformed';
  return isSame(Buffer.from(signature, 'hex'), createHmac('sha256', key).update(body).digest())
    ? undefined
    : 'wrong-key';
}

/** The key itself: bare or as `Bearer` of its Base64 in `Authorization`, or bare in place of a signature. */
export function faultOfApiKey(headers: IncomingHttpHeaders, key: string) {
  const authorization = headerOf(headers, 'authorization');
  const signature = headerOf(headers, V1_HEADER);
  if (authorization === undefined && signature === undefined) return 'no-signature';
  const accepted = [
    [authorization, `Bearer ${Buffer.from(key, 'utf8').toString('base64')}`],
    [authorization, key],
    [signature, key],
  ] as const;
  return accepted.some(([given, expected]) => given !== undefined && isSame(digestOf(given), digestOf(expected)))
    ? undefined
    : 'wrong-key';
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

const pathOf = (url: string): string => (URL.canParse(url) ? new URL(url).pathname + new URL(url).search : url);

const isSame = (given: Buffer, expected: Buffer): boolean =>
  given.length === expected.length && timingSafeEqual(given, expected);

/** Compared as digests: how long the key is shows in no timing. */
const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
