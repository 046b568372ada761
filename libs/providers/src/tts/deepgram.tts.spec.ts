import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Spoken, TextToSpeechSession } from '@app/conversation/ports';
import { describeTextToSpeech, readAll, type VoicePlay } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { FarAura } from '../testing/far-aura.js';
import { farSound } from '../testing/far-elevenlabs.js';
import { DeepgramTextToSpeech } from './deepgram.tts.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open(everyMs = 0, model = 'aura-2-thalia-en') {
  const clock = new FakeClock();
  const far = await FarAura.open(clock, everyMs);
  const timeouts = { ...patience, pingMs: 0 };
  const voice = new DeepgramTextToSpeech({ apiKey: 'key', url: far.server.url, model, timeouts }, clock);
  return { clock, far, voice };
}

describeTextToSpeech('DeepgramTextToSpeech', async (everyMs) => {
  const { clock, far, voice } = await open(everyMs);
  return {
    voice,
    clock,
    patience,
    play: (play: VoicePlay) => far.play(play),
    asked: () => far.asked(),
    soundOf: farSound,
    close: () => far.close(),
  };
});

describe('DeepgramTextToSpeech', () => {
  let clock: FakeClock;
  let far: FarAura;
  let voice: DeepgramTextToSpeech;
  let ending: AbortController;
  beforeEach(async () => {
    ({ clock, far, voice } = await open());
    ending = new AbortController();
  });
  afterEach(async () => {
    ending.abort();
    await far.close();
  });

  const start = (by = voice): TextToSpeechSession =>
    by.open({ callId: 'call-1', voiceId: 'agathe', language: 'fr-FR', rateHz: 8_000, signal: ending.signal });
  const say = (session: TextToSpeechSession, text: string, signal = ending.signal) =>
    readAll(session.speak(text, { signal }));
  const soundIn = (spoken: readonly Spoken[]) => spoken.flatMap(({ samples }) => [...samples]);

  /** A piece that is broken off after its first sound. */
  async function interrupted(session: TextToSpeechSession): Promise<void> {
    const stop = new AbortController();
    far.play({ portions: 1, then: 'silent' });
    const spoken = session.speak('Un deux trois.', { signal: stop.signal })[Symbol.asyncIterator]();
    await spoken.next();
    stop.abort(new Error('barge-in'));
    await expect(spoken.next()).rejects.toThrow('barge-in');
  }

  it('dials in their words, and says which call it is for', async () => {
    await say(start(), 'Oui.');
    const [request] = far.server.upgrades;
    expect(request?.headers.authorization).toBe('Token key');
    expect(request?.url).toBe('/far/v1/speak?model=aura-2-thalia-en&encoding=linear16&sample_rate=8000&tag=call-1');
    expect(far.told).toEqual([{ type: 'Speak', text: 'Oui.' }, { type: 'Flush' }]);
  });

  it('takes the voice of the agent where the model names none', async () => {
    const clock = new FakeClock();
    const config = { apiKey: 'key', url: far.server.url, model: 'aura-2', timeouts: { pingMs: 0 } };
    await say(start(new DeepgramTextToSpeech(config, clock)), 'Oui.');
    expect(far.server.upgrades[0]?.url).toContain('model=aura-2-agathe-fr&');
  });

  it.each([true, false])('clears what was broken off, and is not misled when its flush is answered: %s', async (is) => {
    far.answersClearedFlushes = is;
    const session = start();
    await interrupted(session);
    const { seen } = await say(session, 'Quatre.');
    expect(soundIn(seen)).toEqual([...farSound('Quatre.', 8_000)]);
    const { seen: last } = await say(session, 'Cinq.');
    expect(soundIn(last)).toEqual([...farSound('Cinq.', 8_000)]);
    expect(far.told.map(({ type }) => type).join(' ')).toBe('Speak Flush Clear Speak Flush Speak Flush');
    expect(far.server.sockets).toHaveLength(1);
  });

  it('takes another socket when nothing is cleared', async () => {
    far.keepsClears = true;
    const session = start();
    await interrupted(session);
    const next = say(session, 'Quatre.');
    await far.server.seen.until(() => far.told.some(({ type }) => type === 'Clear'));
    await clock.advance(patience.firstMs);
    expect((await next).error).toMatchObject({ code: 'provider.timed-out' });
    expect(soundIn((await say(session, 'Cinq.')).seen)).toEqual([...farSound('Cinq.', 8_000)]);
    expect(far.server.sockets).toHaveLength(2);
  });

  it('lets a piece wait its turn as long as it must', async () => {
    far.play({ portions: 1, then: 'silent' });
    const session = start();
    const first = session.speak('Un deux trois.', { signal: ending.signal })[Symbol.asyncIterator]();
    await first.next();
    const second = say(session, 'Quatre.');
    await clock.advance(10 * patience.firstMs); // nobody reads on: nothing is owed
    await first.return?.();
    expect(soundIn((await second).seen)).toEqual([...farSound('Quatre.', 8_000)]);
  });

  it('gives up a piece that sounds on and on', async () => {
    far.play({ then: 'silent' });
    const speaking = say(start(), 'Oui.');
    await far.asked();
    for (let n = 0; n < 4; n += 1) far.server.sockets[0]?.send(Buffer.alloc(960_000));
    expect((await speaking).error).toMatchObject({ code: 'provider.unreadable' });
  });

  it('reads their error without its words', async () => {
    far.play({ then: 'silent' });
    const speaking = say(start(), 'Oui.');
    await far.asked();
    far.server.sockets[0]?.send(JSON.stringify({ type: 'Error', description: 'You said: Oui.' }));
    const { error } = await speaking;
    expect(error).toMatchObject({ code: 'provider.refused' });
    expect(String(error)).not.toContain('Oui');
  });

  it('says goodbye in their words, and leaves no timer', async () => {
    await say(start(), 'Oui.');
    ending.abort();
    await far.server.seen.until(() => far.told.some(({ type }) => type === 'Close'));
    expect(clock.waiting).toBe(0);
  });
});
