import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadResampler } from '@app/audio';
import { describeTextToSpeech, readAll } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { FarRealtime, readSound } from '../testing/far-realtime.js';
import { OpenAiRealtime } from './openai-realtime.s2s.js';
import { ReadingVoice } from './reading-voice.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open(everyMs = 0) {
  const clock = new FakeClock();
  const far = await FarRealtime.open(clock, everyMs);
  const url = far.server.url.replace('ws:', 'http:');
  const timeouts = { ...patience, pingMs: 0 };
  const speech = new OpenAiRealtime({ apiKey: 'key', url, model: 'gpt-realtime-2.1', timeouts }, clock);
  return { clock, far, voice: new ReadingVoice(speech) };
}

beforeAll(() => loadResampler());

describeTextToSpeech('ReadingVoice', async (everyMs) => {
  const { clock, far, voice } = await open(everyMs);
  return {
    voice,
    clock,
    patience,
    play: (play) => far.playReading(play),
    asked: () => far.asked(),
    soundOf: readSound,
    close: () => far.close(),
  };
});

describe('ReadingVoice', () => {
  let clock: FakeClock;
  let far: FarRealtime;
  let voice: ReadingVoice;
  let ending: AbortController;
  beforeEach(async () => {
    ({ clock, far, voice } = await open());
    ending = new AbortController();
  });
  afterEach(async () => {
    ending.abort();
    await far.close();
  });

  const start = () =>
    voice.open({ callId: 'call-1', voiceId: 'marin', language: 'fr-FR', rateHz: 8_000, signal: ending.signal });
  const never = new AbortController().signal;

  it('reads all pieces of a call in one session', async () => {
    const session = start();
    await Promise.all(['Un.', 'Deux.'].map((text) => readAll(session.speak(text, { signal: never }))));
    await readAll(session.speak('Trois.', { signal: never }));
    expect(far.server.upgrades).toHaveLength(1);
  });

  it('stops a piece within a tick while its session is dialled, and reads the next one in it', async () => {
    const { promise: gate, resolve: answer } = Promise.withResolvers<void>();
    far.server.gate = gate;
    const stop = new AbortController();
    const session = start();
    const first = readAll(session.speak('Un.', { signal: stop.signal }));
    await far.server.seen.until(() => far.server.upgrades.length === 1);
    stop.abort(new Error('barge-in'));
    expect(await first).toMatchObject({ seen: [], error: { message: 'barge-in' } });
    const second = readAll(session.speak('Deux.', { signal: never }));
    answer();
    expect((await second).error).toBeUndefined();
    expect(far.of('response.create')).toHaveLength(1);
    expect(far.server.upgrades).toHaveLength(1);
  });

  it('reads in another session when theirs is nearly over, and closes that', async () => {
    const session = start();
    await readAll(session.speak('Un.', { signal: never }));
    await clock.advance(56 * 60_000);
    await readAll(session.speak('Deux.', { signal: never }));
    await far.server.seen.until(() => far.server.sockets[0]?.readyState === 3);
    expect(far.server.sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });

  it('closes a session on which a piece was late when nobody else waits for it', async () => {
    far.playReading({ then: 'silent' });
    const session = start();
    const late = readAll(session.speak('Un.', { signal: never }));
    await far.asked();
    await clock.advance(patience.firstMs);
    expect((await late).error).toMatchObject({ code: 'provider.timed-out' });
    await readAll(session.speak('Deux.', { signal: never }));
    far.server.sockets[0]?.resume();
    await far.server.seen.until(() => far.server.sockets[0]?.readyState === 3);
    expect(far.server.sockets.map(({ readyState }) => readyState)).toEqual([3, 1]);
  });
});
