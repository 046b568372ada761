import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loadResampler, Resampler, type SampleRateHz } from '@app/audio';
import { describeTextToSpeech, readAll, type VoicePlay } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { inspect } from 'node:util';
import { farSound } from '../testing/far-elevenlabs.js';
import { FarHttpVoice } from '../testing/far-http-voice.js';
import { OpenAiTextToSpeech, type OpenAiVoiceConfig } from './openai.tts.js';

const patience = { connectMs: 3_000, firstMs: 5_000, idleMs: 5_000 };

async function open(everyMs = 0, more: Partial<OpenAiVoiceConfig> = {}) {
  const clock = new FakeClock();
  const far = await FarHttpVoice.open(clock, everyMs);
  const config = { apiKey: 'key', url: `${far.url}/v1`, model: 'gpt-4o-mini-tts', timeouts: patience, ...more };
  return { clock, far, voice: new OpenAiTextToSpeech(config, clock) };
}

/** Their 24 kHz at the rate of the line, made whole. */
function soundOf(text: string, rateHz: SampleRateHz): Int16Array {
  const resampler = new Resampler(24_000, rateHz);
  const all = [...resampler.process(farSound(text, 24_000)), ...resampler.flush()];
  resampler.close();
  return Int16Array.from(all.slice(Math.round((resampler.delayMs * rateHz) / 1_000)));
}

describeTextToSpeech('OpenAiTextToSpeech', async (everyMs) => {
  await loadResampler();
  const { clock, far, voice } = await open(everyMs);
  return {
    voice,
    clock,
    patience,
    isRawSound: true,
    play: (play: VoicePlay) => far.play(play),
    asked: () => far.requests(1),
    soundOf,
    close: () => far.close(),
  };
});

describe('OpenAiTextToSpeech', () => {
  let far: FarHttpVoice;
  let voice: OpenAiTextToSpeech;
  let ending: AbortController;
  beforeEach(async () => {
    ({ far, voice } = await open());
    ending = new AbortController();
  });
  afterEach(() => far.close());

  const say = (text: string, by = voice) => {
    const { signal } = ending;
    const options = { callId: 'call-1', voiceId: 'marin', language: 'en-GB', rateHz: 8_000 as const, signal };
    return readAll(by.open(options).speak(text, { signal }));
  };

  it('asks for headless sound in their words, and says which call it is for', async () => {
    await say('Hello.');
    expect(far.asked).toMatchObject([
      {
        path: '/far/v1/audio/speech',
        headers: { authorization: 'Bearer key', 'x-client-request-id': 'call-1-1' },
        body: { model: 'gpt-4o-mini-tts', voice: 'marin', input: 'Hello.', response_format: 'pcm' },
      },
    ]);
  });

  it('keeps the length of the sound when it changes its rate', async () => {
    const { seen } = await say('Hello.');
    const length = seen.reduce((sum, { samples }) => sum + samples.length, 0);
    expect(Math.abs(length - farSound('Hello.', 8_000).length)).toBeLessThanOrEqual(1);
  });

  it('speaks for a compatible server by its own name and at its own rate', async () => {
    const compatible = await open(0, { vendor: 'openai-compatible', model: 'kokoro', pcmRateHz: 8_000 });
    const { seen } = await say('Hello.', compatible.voice);
    expect(compatible.voice.name).toBe('openai-compatible/kokoro');
    expect(seen.flatMap(({ samples }) => [...samples])).toEqual([...farSound('Hello.', 24_000)]);
    await compatible.far.close();
  });

  it('keeps what was to be said out of its errors', async () => {
    far.play({ then: 'status-401' });
    const { error } = await say('Zoë');
    expect(error).toMatchObject({ code: 'provider.refused' });
    expect(inspect(error, { depth: 9 })).not.toContain('Zoë');
  });

  it('hangs up on the far end when it is aborted', async () => {
    far.play({ then: 'silent' });
    const saying = say('Hello.');
    await far.requests(1);
    ending.abort(new Error('barge-in'));
    expect((await saying).error).toMatchObject({ message: 'barge-in' });
    await far.server.seen.until(() => far.givenUp === 1);
  });
});
