import { describe, expect, it } from '@jest/globals';
import type { TurnedAway } from './log/input.js';
import { replay } from './log/replay.js';
import { ProviderError } from './ports/index.js';
import { RehearsedCall, someSettings } from './testing/index.js';
import { SteppedCall } from './testing/stepped-call.js';

const NUMBER = '+441632960002';
const BUSY = 'All lines are busy.';
const settings = { ...someSettings(), overflow: { message: BUSY, transferTo: NUMBER } };
const turnedAway = (facts: Partial<TurnedAway> = {}): TurnedAway => ({
  reason: 'no-line',
  message: BUSY,
  transferTo: NUMBER,
  ...facts,
});
const begin = (facts: Partial<TurnedAway> = {}) =>
  RehearsedCall.begin({ script: () => 'Yes.', settings, turnedAway: turnedAway(facts) });
const toldOf = ({ events }: RehearsedCall, type: string) => events.filter((event) => event.type === type);

describe('a call that is turned away', () => {
  it('is told so from the cache, and sent to the overflow number', async () => {
    const call = await begin();
    await call.pass(4_000);
    expect(call.transcript).toEqual([`agent: ${BUSY}`]);
    expect([call.line.transferredTo, call.endReason]).toEqual([[NUMBER], 'no-line']);
    expect(toldOf(call, 'call.turned-away')).toEqual([
      { type: 'call.turned-away', reason: 'no-line', told: true, transferTo: NUMBER },
    ]);
    expect([call.voice.pieces, call.model.requests, call.recogniser.sessions]).toEqual([[], [], []]);
    expect([replay(call.log).divergence, call.clock.waiting]).toEqual([null, 0]);
  });

  it('ends after the message when there is no number', async () => {
    const call = await begin({ transferTo: null });
    await call.pass(4_000);
    expect([call.transcript, call.line.hungUp, call.endReason]).toEqual([[`agent: ${BUSY}`], true, 'no-line']);
  });

  it('is sent there at once when the message would need a provider', async () => {
    const call = await begin({ message: null, reason: 'provider-lost' });
    expect([call.line.sentMs, call.line.transferredTo, call.endReason]).toEqual([0, [NUMBER], 'provider-lost']);
  });

  it('is hung up at once when there is nothing to say and nowhere to go', async () => {
    const call = await begin({ message: null, transferTo: null });
    expect([call.line.sentMs, call.line.hungUp, call.record.endReason]).toEqual([0, true, 'no-line']);
  });

  it('is not listened to: neither a voice nor a key stops the message', async () => {
    const call = await begin();
    call.line.press('1');
    await call.pass(4_000, true);
    expect([call.transcript, call.line.transferredTo]).toEqual([[`agent: ${BUSY}`], [NUMBER]]);
    expect(toldOf(call, 'overlap.decided')).toEqual([]);
  });

  it('keeps its reason when the caller does not wait', async () => {
    const call = await begin();
    await call.pass(200);
    call.line.close();
    await call.pass(20);
    expect([call.endReason, call.record.segments[0]?.interrupted]).toEqual(['no-line', true]);
  });

  it('is left to its carrier for half a minute once it was sent elsewhere', () => {
    const call = new SteppedCall({ settings, turnedAway: turnedAway() });
    call.give({ type: 'line-up' });
    call.hearOut();
    expect(call.done('transfer')).toEqual([{ type: 'transfer', to: NUMBER }]);
    expect(call.call.obligation).toMatchObject({ step: 'hang-up', dueMs: call.atMs + 30_000 });
  });
});

describe('a call that can not go on', () => {
  const refused = new ProviderError('scripted/recogniser', 'refused');

  it('is sent to the overflow number, with the message, when its recogniser is lost', async () => {
    const call = await RehearsedCall.begin({ script: () => 'Yes.', settings });
    await call.hearOut();
    call.recogniser.fail(refused);
    await call.pass(4_000);
    expect(call.transcript.at(-1)).toBe(`agent: ${BUSY}`);
    expect([call.line.transferredTo, call.endReason]).toEqual([[NUMBER], 'provider-lost']);
    expect(replay(call.log).divergence).toBeNull();
  });

  it('is sent there without a word when no voice is left to say one', async () => {
    const call = await RehearsedCall.begin({ script: () => 'Yes.', settings, warm: false });
    await call.hearOut();
    for (let nth = 2; nth < 9; nth += 1) call.voice.failAt(nth, refused);
    call.recogniser.fail(refused);
    await call.pass(10_000);
    expect([call.transcript.length, call.line.transferredTo, call.endReason]).toEqual([1, [NUMBER], 'provider-lost']);
  });
});
