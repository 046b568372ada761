import { FakeClock } from '@app/kernel/testing';
import { describe, expect, it } from '@jest/globals';
import type { Input } from '../log/input.js';
import { ProviderError } from '../ports/index.js';
import { ScriptedSpeechToText, someSettings } from '../testing/index.js';
import { Listener } from './listener.js';

function listening() {
  const clock = new FakeClock();
  const recogniser = new ScriptedSpeechToText();
  const told: Input[] = [];
  const bugs: unknown[] = [];
  const pushed: number[] = [];
  const begun: number[] = [];
  let voice = 0;
  const open = recogniser.open.bind(recogniser);
  recogniser.open = async (options) => {
    const session = await open(options);
    session.push = (samples) => void pushed.push(samples[0] ?? 0);
    session.begin = (agoMs) => void begun.push(agoMs);
    return session;
  };
  const listener = new Listener({
    callId: 'call-1',
    rateHz: 8_000,
    clock,
    ear: { recogniser, language: 'en', keyterms: [] },
    detector: { windowMs: 20, open: (tell) => ({ push: () => tell(voice), close: () => undefined }) },
    turns: someSettings().turns,
    callMs: () => clock.nowMs(),
    tell: (input) => told.push(input),
    fail: (error) => bugs.push(error),
  });
  const frame = new Int16Array(160); // a line uses one array for all frames
  const hear = async (from: number, to: number, probability = 0) => {
    voice = probability;
    for (let n = from; n <= to; n += 1) {
      listener.hear(frame.fill(n));
      await clock.advance(20);
    }
  };
  return { clock, recogniser, told, bugs, pushed, begun, listener, hear };
}

const upTo = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

describe('the listener', () => {
  it('gives a recogniser what was said while it was being opened, in order and once', async () => {
    const { listener, hear, pushed } = listening();
    listener.open(50);
    await hear(1, 10);
    expect(pushed).toEqual(upTo(1, 10));
  });

  it('gives the next one what was said since the one before was lost, and nothing older', async () => {
    const { listener, hear, pushed, recogniser, told } = listening();
    listener.open(10);
    await hear(1, 5);
    recogniser.fail();
    await hear(6, 8);
    expect(told).toEqual([expect.objectContaining({ type: 'provider-failed', stage: 'recogniser' })]);
    listener.open(10);
    await hear(9, 10);
    expect(pushed).toEqual(upTo(1, 10));
  });

  it('keeps three seconds for a recogniser that does not open', async () => {
    const { listener, hear, pushed } = listening();
    await hear(1, 500);
    listener.open(0);
    await hear(501, 501);
    expect(pushed).toEqual(upTo(352, 501));
  });

  it('takes a recogniser that ends by itself for lost', async () => {
    const { listener, hear, recogniser, told } = listening();
    listener.open(0);
    await hear(1, 2);
    recogniser.sessions[0]?.heard.close();
    await hear(3, 3);
    expect(told).toEqual([expect.objectContaining({ type: 'provider-failed', code: 'provider.unreachable' })]);
  });

  it('listens to one recogniser at a time', async () => {
    const { listener, hear, recogniser, told } = listening();
    listener.open(0);
    await hear(1, 2);
    listener.open(0);
    await hear(3, 4);
    recogniser.sessions[0]?.change('twice');
    recogniser.sessions[1]?.change('once');
    await hear(5, 5);
    expect(recogniser.sessions[0]?.options.signal.aborted).toBe(true);
    expect(told).toEqual([{ type: 'words-changed', text: 'once' }]);
  });

  it('tells a voice from its beginning', async () => {
    const { hear, told } = listening();
    await hear(1, 10);
    await hear(11, 20, 1);
    expect(told).toEqual([{ type: 'voice-started', onsetMs: 180 }]); // told at 280, having lasted 100
  });

  it('tells a recogniser since when there is a voice, also one that opens in the middle of it', async () => {
    const { listener, hear, begun } = listening();
    listener.open(0);
    await hear(1, 10);
    await hear(11, 20, 1);
    expect(begun).toEqual([100]);
    listener.open(50);
    await hear(21, 30, 1);
    expect(begun).toEqual([100, 60]);
  });

  it('takes what is no failure of a provider for a bug', async () => {
    const { listener, hear, recogniser, bugs, told } = listening();
    recogniser.refuseNext(new TypeError('a bug'));
    listener.open(0);
    await hear(1, 1);
    expect(bugs).toEqual([new TypeError('a bug')]);
    recogniser.refuseNext(new ProviderError('a/b', 'refused'));
    listener.open(0);
    await hear(2, 2);
    expect(told).toEqual([expect.objectContaining({ type: 'provider-failed', code: 'provider.refused' })]);
  });
});
