import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { signBody } from '../testing/signed-webhook.js';
import { dedupeKey, readRingoverEvent } from './ringover.events.js';
import { verifyWebhook } from './ringover.webhooks.js';

const KEY = 'a-key-of-the-call-event-section';
const NOW = new Date('2026-11-21T12:00:00Z');
/** Of the same seed come the same bodies; another one finds others. */
const SEED = 20_261_121;
const RUNS = 2_000;

const id = fc.bigInt({ min: 1n, max: 2n ** 64n - 1n });
/** Bodies as text, because ids do not fit a number. */
const bodies = fc
  .record({
    event: fc.constantFrom('ringing', 'answered', 'hangup', 'missed', 'voicemail', 'parked'),
    resource: fc.constantFrom('call', 'aftercall', 'sms'),
    timestamp: fc.integer({ min: 1_700_000_000, max: 1_900_000_000 }),
    callId: id,
    idAs: fc.constantFrom<(value: bigint) => string>(String, (value) => `"${value}"`),
    from: fc.oneof(fc.integer({ min: 10_000, max: 99_999_999_999 }), fc.constant('anonymous'), fc.string()),
    more: fc.json({ maxDepth: 3 }),
  })
  .map(
    ({ event, resource, timestamp, callId, idAs, from, more }) =>
      `{"event":"${event}","resource":"${resource}","timestamp":${timestamp},"attempt":1,` +
      `"data":{"call_id":${idAs(callId)},"from_number":${JSON.stringify(from)},"more":${more}}}`,
  );

/** Cuts, overwrites or inserts anywhere. */
const mutations = fc.record({
  at: fc.nat(),
  length: fc.nat({ max: 8 }),
  put: fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom('"', '{', '}', '0', '\\', ',', '\0', '\ud800', '__proto__'),
  ),
});
const mutate = (text: string, { at, length, put }: { at: number; length: number; put: string }): string => {
  const from = at % (text.length + 1);
  return text.slice(0, from) + put + text.slice(from + length);
};

const verify = (body: string, token: string) =>
  verifyWebhook(
    { section: 'call-event', headers: { 'x-ringover-webhook-signature': token }, body },
    { keys: { 'call-event': KEY }, binding: 'strict' },
    NOW,
  );

/** What of a body means something: not its spaces, not the attempt. */
function meaning(body: string): string | undefined {
  try {
    const { attempt: _, ...rest } = JSON.parse(body.replace(/(?<=:)\d{16,}(?=[,}])/g, '"$&"')) as { attempt?: unknown };
    return JSON.stringify(rest, (_key, value: unknown) => sorted(value));
  } catch {
    return undefined;
  }
}
const sorted = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)))
    : value;

describe('webhooks of every kind', () => {
  it('are all taken when they are signed', () => {
    fc.assert(
      fc.property(bodies, (body) => {
        expect(verify(body, signBody(body, KEY))).toMatchObject({ ok: true, verifiedBy: 'jwt-v1' });
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  it('are never taken when their body is not the one that was signed', () => {
    const mutated = { count: 0 };
    fc.assert(
      fc.property(bodies, mutations, (body, mutation) => {
        const forged = mutate(body, mutation);
        const changed = meaning(forged) !== meaning(body);
        mutated.count += changed ? 1 : 0;
        expect(changed && verify(forged, signBody(body, KEY)).ok).toBe(false);
      }),
      { numRuns: RUNS, seed: SEED },
    );
    expect(mutated.count).toBeGreaterThan(RUNS / 2);
  });

  it('are never taken when a byte of their token was changed', () => {
    fc.assert(
      fc.property(bodies, mutations, (body, mutation) => {
        const token = signBody(body, KEY);
        const forged = mutate(token, mutation);
        // the last character holds two bits that mean nothing
        fc.pre(forged.slice(0, -1) !== token.slice(0, -1) && forged.trim() !== token);
        expect(verify(body, forged).ok).toBe(false);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });

  it('are read, whatever they hold, without a throw', () => {
    const kinds = new Set(['ringing', 'answered', 'hangup', 'missed', 'voicemail', 'unknown']);
    fc.assert(
      fc.property(bodies, fc.array(mutations, { maxLength: 3 }), fc.anything(), (body, changes, anything) => {
        const raw = changes.reduce(mutate, body);
        const read = verifyWebhook(
          { section: 'contact-search', headers: {}, body: raw },
          { keys: {}, binding: 'strict' },
          NOW,
        );
        const value = read.ok ? read.body : undefined;
        expect(kinds).toContain(readRingoverEvent(value).type);
        expect(kinds).toContain(readRingoverEvent(anything).type);
        expect(dedupeKey(raw, value)).toHaveLength(64);
      }),
      { numRuns: RUNS, seed: SEED },
    );
  });
});
