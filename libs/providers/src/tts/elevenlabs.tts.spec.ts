import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeTextToSpeech, readAll, type VoicePlay } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { FarElevenLabs, farSound } from '../testing/far-elevenlabs.js';
import { ElevenLabsTextToSpeech } from './elevenlabs.tts.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open(everyMs = 0, model = 'eleven_flash_v2_5') {
  const clock = new FakeClock();
  const far = await FarElevenLabs.open(clock, everyMs);
  const timeouts = { ...patience, pingMs: 0 };
  const voice = new ElevenLabsTextToSpeech({ apiKey: 'key', url: far.server.url, model, timeouts }, clock);
  return { clock, far, voice };
}

describeTextToSpeech('ElevenLabsTextToSpeech', async (everyMs) => {
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

describe('ElevenLabsTextToSpeech', () => {
  let clock: FakeClock;
  let far: FarElevenLabs;
  let voice: ElevenLabsTextToSpeech;
  let ending: AbortController;
  beforeEach(async () => {
    ({ clock, far, voice } = await open());
    ending = new AbortController();
  });
  afterEach(() => far.close());

  const start = (changes = {}) =>
    voice.open({
      callId: 'call-1',
      voiceId: 'v/1',
      language: 'fr-FR',
      rateHz: 16_000,
      signal: ending.signal,
      ...changes,
    });
  const never = new AbortController().signal;
  const say = (session: ReturnType<typeof start>, text: string, signal = never) =>
    readAll(session.speak(text, { signal }));
  const lengthOf = async (speaking: ReturnType<typeof say>) =>
    (await speaking).seen.reduce((sum, { samples }) => sum + samples.length, 0);

  it('opens one socket for the call before anything is said, under the prefix of the address', async () => {
    start();
    await far.server.seen.until(() => far.server.sockets.length === 1);
    const url = new URL(far.server.upgrades[0]?.url ?? '', 'ws://far');
    expect(url.pathname).toBe('/far/v1/text-to-speech/v%2F1/multi-stream-input');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      model_id: 'eleven_flash_v2_5',
      output_format: 'pcm_16000',
      auto_mode: 'true',
      sync_alignment: 'true',
      inactivity_timeout: '180',
      language_code: 'fr',
    });
    expect(far.server.upgrades[0]?.headers).toMatchObject({ 'xi-api-key': 'key' });
  });

  it('tells no language to a model that takes none', async () => {
    await far.close();
    ({ clock, far, voice } = await open(0, 'eleven_multilingual_v2'));
    await say(start(), 'Oui.');
    expect(far.server.upgrades[0]?.url).not.toContain('language_code');
  });

  it('gives each piece a context of its own, named after the call, on the one socket', async () => {
    const session = start();
    await say(session, 'Oui.');
    await say(session, ' Non. ');
    expect(far.told).toEqual(
      [1, 2].flatMap((n) => [
        { text: ' ', context_id: `call-1-${n}` },
        { text: n === 1 ? 'Oui. ' : 'Non. ', context_id: `call-1-${n}` },
        { context_id: `call-1-${n}`, flush: true },
        { context_id: `call-1-${n}`, close_context: true },
      ]),
    );
    expect(far.server.sockets).toHaveLength(1);
  });

  it('reads the other spelling of their keys', async () => {
    far.snakeCase = true;
    expect(await lengthOf(say(start(), 'Oui.'))).toBe(4 * 320);
  });

  it('places words by the sound that came before their portion', async () => {
    const { seen } = await say(start(), 'Bonjour Zoë.');
    expect(seen.flatMap(({ words }) => words)).toEqual([
      { text: 'Bonjour', startMs: 0, endMs: 140 },
      { text: 'Zoë.', startMs: 160, endMs: 240 },
    ]);
  });

  it('dials again for the next piece when the socket was lost between two', async () => {
    const session = start();
    await say(session, 'Oui.');
    far.server.sockets[0]?.close(1000);
    await far.server.seen.until(() => far.server.sockets[0]?.readyState === 3);
    expect(await lengthOf(say(session, 'Non.'))).toBe(4 * 320);
    expect(far.server.sockets).toHaveLength(2);
  });

  it('goes to another socket when all contexts of this one were abandoned', async () => {
    await far.close();
    ({ clock, far, voice } = await open(1_000));
    const session = start();
    for (let n = 0; n < 5; n += 1) {
      const stop = new AbortController();
      for await (const spoken of session.speak('Une longue histoire.', { signal: stop.signal }))
        if (spoken.samples.length > 0) break;
    }
    expect(await lengthOf(say(session, 'Non.'))).toBe(4 * 320);
    expect(far.server.sockets).toHaveLength(2);
  });

  it('does not trust a socket again on which a piece was late', async () => {
    far.play({ then: 'silent' });
    const session = start();
    const late = say(session, 'Oui.');
    await far.asked();
    await clock.advance(patience.firstMs);
    expect((await late).error).toMatchObject({ code: 'provider.timed-out' });
    expect(await lengthOf(say(session, 'Non.'))).toBe(4 * 320);
    expect(far.server.sockets).toHaveLength(2);
  });

  it('closes a socket that opens when nobody waits for it any more', async () => {
    const gate = Promise.withResolvers<void>();
    far.server.gate = gate.promise;
    const timeouts = { firstMs: 1_000, connectMs: 10_000, pingMs: 0 };
    const model = 'eleven_flash_v2_5';
    voice = new ElevenLabsTextToSpeech({ apiKey: 'key', url: far.server.url, model, timeouts }, clock);
    const late = say(start(), 'Oui.');
    await far.server.seen.until(() => far.server.upgrades.length === 1);
    await clock.advance(1_000);
    expect((await late).error).toMatchObject({ code: 'provider.timed-out' });
    gate.resolve();
    await far.server.seen.until(() => far.told.length > 0);
    expect(far.told).toEqual([{ close_socket: true }]);
  });

  it.each([
    ['quota_exceeded', 'provider.refused'],
    ['rate_limit_exceeded', 'provider.overloaded'],
    ['internal_error', 'provider.unreachable'],
  ])('reads their error %s', async (error, code) => {
    far.play({ then: 'silent' });
    const speaking = say(start(), 'Oui.');
    await far.asked();
    far.server.sockets[0]?.send(JSON.stringify({ message: 'You said: Oui.', error, code: 1008 }));
    const result = await speaking;
    expect(result.error).toMatchObject({ code });
    expect(String(result.error)).not.toContain('Oui');
  });

  it('lets one piece fail alone when their error names it', async () => {
    far.play({ then: 'silent' });
    const session = start();
    const [failing, speaking] = [say(session, 'Oui.'), say(session, 'Non.')];
    expect(await lengthOf(speaking)).toBe(4 * 320);
    far.server.sockets[0]?.send(JSON.stringify({ contextId: 'call-1-1', error: 'invalid_text' }));
    expect((await failing).error).toMatchObject({ code: 'provider.refused' });
  });

  it('gives up a piece that sounds on and on', async () => {
    far.play({ then: 'silent' });
    const speaking = say(start({ rateHz: 8_000 }), 'Oui.');
    await far.asked();
    const audio = Buffer.alloc(1_600_000).toString('base64');
    for (let n = 0; n < 2; n += 1) far.server.sockets[0]?.send(JSON.stringify({ contextId: 'call-1-1', audio }));
    expect((await speaking).error).toMatchObject({ code: 'provider.unreadable' });
  });

  it('says goodbye in their words, and leaves no timer', async () => {
    await say(start(), 'Oui.');
    ending.abort();
    await far.server.seen.until(() => far.told.some((message) => message.close_socket));
    expect(clock.waiting).toBe(0);
  });
});
