import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { describeTextToSpeech, readAll, type VoicePlay } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { inspect } from 'node:util';
import { farSound } from '../testing/far-elevenlabs.js';
import { FarHttpVoice } from '../testing/far-http-voice.js';
import { ElevenLabsHttpTextToSpeech } from './elevenlabs-http.tts.js';
import type { ElevenLabsConfig } from './elevenlabs.tts.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open(everyMs = 0, more: Partial<ElevenLabsConfig> = {}) {
  const clock = new FakeClock();
  const far = await FarHttpVoice.open(clock, everyMs);
  const config = { apiKey: 'key', url: far.server.url, model: 'eleven_flash_v2_5', timeouts: patience, ...more };
  return { clock, far, voice: new ElevenLabsHttpTextToSpeech(config, clock) };
}

describeTextToSpeech('ElevenLabsHttpTextToSpeech', async (everyMs) => {
  const { clock, far, voice } = await open(everyMs);
  return {
    voice,
    clock,
    patience,
    isRawSound: true,
    play: (play: VoicePlay) => far.play(play),
    asked: () => far.requests(1),
    soundOf: farSound,
    close: () => far.close(),
  };
});

describe('ElevenLabsHttpTextToSpeech', () => {
  let far: FarHttpVoice;
  const { signal } = new AbortController();
  beforeEach(async () => void ({ far } = await open()));
  afterEach(() => far.close());

  const say = (more: Partial<ElevenLabsConfig> = {}) => {
    const config = { apiKey: 'key', url: far.server.url, model: 'eleven_flash_v2_5', timeouts: patience, ...more };
    const options = { callId: 'call-1', voiceId: 'a/b', language: 'fr-FR', rateHz: 8_000 as const, signal };
    const session = new ElevenLabsHttpTextToSpeech(config, new FakeClock()).open(options);
    return readAll(session.speak('Zoë', { signal }));
  };

  it('asks in their words, at the address of their sockets', async () => {
    await say();
    await say({ model: 'eleven_multilingual_v2' });
    expect(far.asked).toMatchObject([
      {
        path: '/far/v1/text-to-speech/a%2Fb/stream?output_format=pcm_8000',
        headers: { 'xi-api-key': 'key', 'x-client-request-id': 'call-1-1', 'content-type': 'application/json' },
        body: { text: 'Zoë', model_id: 'eleven_flash_v2_5', language_code: 'fr' },
      },
      { body: { text: 'Zoë', model_id: 'eleven_multilingual_v2' } },
    ]);
    expect(far.asked[1]?.body).not.toHaveProperty('language_code');
  });

  it('keeps what was to be said, and a key that cannot be sent, out of its errors', async () => {
    far.play({ then: 'status-401' });
    const errors = [(await say()).error, (await say({ apiKey: 'se\ncret' })).error];
    expect(errors).toMatchObject([{ code: 'provider.refused' }, { code: 'provider.refused' }]);
    expect(inspect(errors, { depth: 9 })).not.toMatch(/Zoë|cret/);
  });
});
