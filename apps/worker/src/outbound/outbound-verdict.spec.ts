import { describe, expect, it } from '@jest/globals';
import type { CarriedCall } from '@app/conversation/ports';
import { newCallId } from '@app/kernel';
import { type Attempt, orderTerms } from '@app/persistence';
import { foundFor, verdictOn } from './outbound-verdict.js';

const AT = new Date('2030-01-07T09:00:00.000Z');
const after = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);

const attempt = (changes: Partial<Attempt> = {}): Attempt => ({
  callId: newCallId(),
  ...{ idempotencyKey: null, requestHash: '', askedBy: 'a spec', carrier: 'ringover', way: 'callback' },
  ...{ number: '+33184990022', from: '+33184990011', to: '+33612345678', agentId: newCallId(), ringS: 30 },
  ...{ variables: {}, createdAt: AT, state: 'doubtful', outcome: null, failure: null },
  ...{ carrierCallId: null, channelId: null, doubtedAt: AT },
  ...{ orderId: newCallId(), tryNumber: 1, priority: 5, dueAt: AT, terms: orderTerms.parse({}) },
  ...changes,
});
const call = (changes: Partial<CarriedCall> = {}): CarriedCall => ({
  ...{ carrierCallId: '18345678901234567891', channelId: '9', from: '+33184990011', to: '+33612345678' },
  ...{ startedAt: after(1), outcome: null, isOver: false },
  ...changes,
});

describe('a call that may be the one that was placed', () => {
  it.each([
    ['rings between the same numbers', {}, true],
    ['tells neither who calls nor when', { from: null, startedAt: null }, true],
    ['began a little before, by another clock', { startedAt: after(-29) }, true],
    ['waited in the queue to the carrier', { startedAt: after(89) }, true],
    ['began long before', { startedAt: after(-31) }, false],
    ['began long after', { startedAt: after(91) }, false],
    ['goes to somebody else', { to: '+33600000000' }, false],
    ['goes to nobody that is told', { to: null }, false],
    ['comes from another number', { from: '+33100000000' }, false],
  ])('%s', (_how, changes, fits) => {
    expect(foundFor(attempt(), [call(changes)])).toHaveLength(fits ? 1 : 0);
  });

  it('is told by its id, where that is known, and by nothing else', () => {
    const placed = attempt({ carrierCallId: '7' });

    expect(foundFor(placed, [call(), call({ carrierCallId: '7', to: null, startedAt: null })])).toMatchObject([
      { carrierCallId: '7' },
    ]);
    expect(foundFor(placed, [call()])).toEqual([]);
  });

  it('is one, however many segments the history has of it', () => {
    expect(foundFor(attempt(), [call(), call({ isOver: true }), call({ carrierCallId: '7' })])).toHaveLength(2);
  });
});

describe('what is noted of a call that was placed', () => {
  const on = (one: Attempt, found: CarriedCall | undefined, seconds: number, wasAsked = true) =>
    verdictOn(one, { found, wasAsked, now: after(seconds) });

  it('is a doubt when whoever asked has not said how it went in 20 s', () => {
    const attempting = attempt({ state: 'attempting', doubtedAt: null });

    expect([on(attempting, undefined, 20), on(attempting, undefined, 21)]).toEqual([undefined, { type: 'doubt' }]);
  });

  it('is that it rings, when it is found', () => {
    expect(on(attempt(), call(), 99)).toEqual({ type: 'dialling', found: call() });
  });

  it('is `uncertain` when it was not found in 60 s, also when the carrier does not answer', () => {
    expect(on(attempt(), undefined, 59)).toBeUndefined();
    expect(on(attempt(), undefined, 60)).toEqual({ type: 'end', outcome: 'uncertain' });
    expect(on(attempt(), undefined, 60, false)).toEqual({ type: 'end', outcome: 'uncertain' });
  });

  it.each(['busy', 'no-answer', 'voicemail', 'failed'] as const)('is how it ended: %s', (outcome) => {
    const over = call({ isOver: true, outcome });

    for (const state of ['doubtful', 'dialling'] as const)
      expect(on(attempt({ state }), over, 5)).toEqual({ type: 'end', outcome, found: over });
  });

  it('is a failure when it was answered, is over, and never had a stream', () => {
    const over = call({ isOver: true, outcome: 'answered' });

    expect(on(attempt({ state: 'dialling' }), over, 5)).toMatchObject({
      ...{ type: 'end', outcome: 'failed', failure: 'outbound.no-stream' },
    });
  });

  it('is nothing while it rings or is spoken in', () => {
    expect(on(attempt({ state: 'dialling' }), call({ outcome: 'answered' }), 9_999)).toBeUndefined();
  });

  it('is that nobody answered, when the carrier has forgotten it a minute after it rang', () => {
    const dialling = attempt({ state: 'dialling', carrierCallId: '7' });

    expect(on(dialling, undefined, 90)).toBeUndefined();
    expect(on(dialling, undefined, 91, false)).toBeUndefined();
    expect(on(dialling, undefined, 91)).toMatchObject({ type: 'end', outcome: 'no-answer' });
  });
});
