import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@app/boot';
import { StoreError } from '@app/conversation/ports';
import { newCallId } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { type Attempt, orderTerms } from '@app/persistence';
import { PlacedCalls } from './placed-calls.js';

const NUMBER = '+33184990022';
const CALLEE = '+33612345678';

let clock: FakeClock;
let known: Attempt[];
let connected: unknown[];
let gone: boolean;
let placed: PlacedCalls;
beforeEach(() => {
  clock = new FakeClock();
  [known, connected, gone] = [[], [], false];
  const asked = <T>(answer: T) =>
    gone ? Promise.reject(new StoreError('postgres', 'unavailable')) : Promise.resolve(answer);
  placed = new PlacedCalls({
    clock,
    log: createLogger({ name: 'api', level: 'silent' }),
    attempts: {
      byCarrierCallId: (_carrier, id) => asked(known.find(({ carrierCallId }) => carrierCallId === id)),
      open: (number) => asked(known.filter((attempt) => attempt.number === number)),
      connect: (callId, carrierCallId) => asked(connected.push([callId, carrierCallId]) > 0),
    },
  });
});

function attempt(changes: Partial<Attempt> = {}): Attempt {
  const one: Attempt = {
    callId: newCallId(),
    ...{ idempotencyKey: null, requestHash: '', askedBy: 'a spec', carrier: 'ringover', way: 'ivr-callback' },
    ...{ number: NUMBER, from: NUMBER, to: CALLEE, agentId: newCallId(), ringS: 30, variables: { name: 'Zoë' } },
    ...{ createdAt: clock.date(), state: 'dialling', outcome: null, failure: null, channelId: null, doubtedAt: null },
    ...{ orderId: newCallId(), tryNumber: 1, priority: 5, dueAt: clock.date(), terms: orderTerms.parse({}) },
    carrierCallId: null,
    ...changes,
  };
  known.push(one);
  return one;
}
const take = ({ carrierCallId, from, to }: { carrierCallId?: string; from?: string; to?: string } = {}) =>
  placed.take(NUMBER, {
    ...{ carrierCallId: carrierCallId ?? null, from: from ?? null, to: to ?? null },
    matchedBy: carrierCallId ? 'metadata' : 'none',
  });

describe('the stream of a call that we placed', () => {
  it('is known by the carrier’s id', async () => {
    attempt({ carrierCallId: '6' });
    const { callId, agentId } = attempt({ carrierCallId: '7' });

    expect(await take({ carrierCallId: '7' })).toEqual({
      ...{ id: callId, agentId, carrierCallId: '7', direction: 'outbound', from: NUMBER, to: CALLEE },
      ...{ matchedBy: 'metadata', ringingAt: clock.date(), variables: { name: 'Zoë' } },
      onMachine: { then: 'carry-on' },
    });
    expect(connected).toEqual([[callId, '7']]);
  });

  it('is known by its numbers while the carrier has not answered', async () => {
    const { callId } = attempt({ state: 'doubtful' });

    expect(await take({ carrierCallId: '7', from: NUMBER, to: CALLEE })).toMatchObject({ id: callId });
  });

  it('is known by number and time when it tells nothing, if there is exactly one', async () => {
    const { callId } = attempt();
    expect(await take()).toMatchObject({ id: callId, matchedBy: 'ringing' });
    attempt();

    expect(await take()).toBeUndefined();
  });

  it('is not one that tells of somebody else, of another call, or comes long after it rang', async () => {
    attempt({ carrierCallId: '7' });
    expect(await take({ carrierCallId: '8', to: CALLEE })).toBeUndefined();
    expect(await take({ from: CALLEE, to: NUMBER })).toBeUndefined(); // they call us, just now
    await clock.advance(61_000);

    expect(await take()).toBeUndefined();
    expect(connected).toEqual([]);
  });

  it('is served as any other while nobody can be asked', async () => {
    attempt();
    gone = true;

    expect(await take()).toBeUndefined();
  });
});
