import { describe, expect, it } from '@jest/globals';
import { replay } from './log/replay.js';
import type { RecordingLoss } from './ports/index.js';
import { RehearsedCall, someSettings } from './testing/index.js';

const settings = (enabled: boolean) => ({
  ...someSettings(),
  recording: { enabled, announcement: 'This call is recorded.' },
});

/** When it was asked for, and how to end it. */
const recorderOf = (call: { atMs: number[]; lose?: (reason: RecordingLoss) => void }, now: () => number) => ({
  begin: (onLost: (reason: RecordingLoss) => void) => {
    call.atMs.push(now());
    call.lose = onLost;
  },
});

async function begin(enabled: boolean, warm = true) {
  const recording: { atMs: number[]; sentMs: number[]; lose?: (reason: RecordingLoss) => void } = {
    atMs: [],
    sentMs: [],
  };
  const call = await RehearsedCall.begin({
    script: () => 'Yes.',
    settings: settings(enabled),
    warm,
    recorderFor: (line) => recorderOf(recording, () => line.sentMs),
  });
  return { call, recording };
}

describe('a call of an agent that records', () => {
  it('says so before the greeting, and is recorded from the first frame of that', async () => {
    const { call, recording } = await begin(true);
    await call.hearOut();
    expect(call.transcript).toEqual(['agent: This call is recorded. Hello, this is Ada, an AI.']);
    expect(recording.atMs).toEqual([20]); // one frame was sent
    expect(call.events.filter(({ type }) => type === 'recording.started')).toHaveLength(1);
    await call.say('Hello?');
    await call.hearOut();
    expect([recording.atMs.length, replay(call.log).divergence]).toEqual([1, null]);
  });

  it('tells that the recording was lost, and goes on', async () => {
    const { call, recording } = await begin(true);
    await call.hearOut();
    recording.lose?.('disk-full');
    await call.say('Hello?');
    await call.hearOut();
    expect(call.record.events).toContainEqual(
      expect.objectContaining({ type: 'recording.ended', data: { reason: 'disk-full' } }),
    );
    expect([call.transcript.at(-1), call.endReason]).toEqual(['agent: Yes.', null]);
  });

  it('is not recorded when the announcement could not be said', async () => {
    const { call, recording } = await begin(true, false);
    call.line.close(); // before the voice had made a sound of it
    await call.pass(1_000);
    expect([recording.atMs, call.events.some(({ type }) => type === 'recording.started')]).toEqual([[], false]);
  });
});

describe('a call of an agent that does not record', () => {
  it('says nothing of it, and is not recorded', async () => {
    const { call, recording } = await begin(false);
    await call.hearOut();
    expect([call.transcript, recording.atMs]).toEqual([['agent: Hello, this is Ada, an AI.'], []]);
  });
});
