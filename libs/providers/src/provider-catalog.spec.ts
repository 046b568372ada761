import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { catalogOf, UnknownProvider } from './provider-catalog.js';
import { SpokenFormTextToSpeech } from './tts/spoken-form/spoken-form.tts.js';

const deepgram = { apiKey: 'secret', url: 'wss://api.deepgram.com', model: 'nova-3' };
const openai = { apiKey: 'secret', url: 'http://127.0.0.1:4000/openai/v1', model: 'gpt-6-luna' };
const anthropic = { apiKey: 'secret', url: 'https://api.anthropic.com', model: 'claude-haiku-5-5' };
const gemini = { apiKey: 'secret', url: 'https://generativelanguage.googleapis.com', model: 'gemini-3.5-flash-lite' };
const openaiCompatible = { apiKey: 'none', url: 'http://127.0.0.1:8000/v1', model: 'default' };
const elevenlabs = { apiKey: 'secret', url: 'wss://api.elevenlabs.io', model: 'eleven_flash_v2_5' };

describe('the catalogue', () => {
  it('knows any model of the vendors that are configured', () => {
    const catalog = catalogOf({ deepgram, openai, elevenlabs }, new FakeClock());
    expect(catalog.recogniser('deepgram/nova-3-medical').name).toBe('deepgram/nova-3-medical');
    expect(catalog.model('openai/org/model:1').name).toBe('openai/org/model:1');
    expect(catalog.voice('elevenlabs/eleven_multilingual_v2').name).toBe('elevenlabs/eleven_multilingual_v2');
  });

  it('hears by Nova or by Flux, as the model’s name says', () => {
    const catalog = catalogOf({ deepgram }, new FakeClock());
    const guesses = (name: string) => catalog.recogniser(name).capabilities.guessesTurns ?? false;
    expect([guesses('deepgram/nova-3'), guesses('deepgram/flux-general-multi')]).toEqual([false, true]);
  });

  it('hears with Google’s Cloud where its account is told', () => {
    const google = { apiKey: 'token', url: 'https://eu-speech.googleapis.com', model: 'telephony', location: 'eu' };
    const catalog = catalogOf({ recognisers: { google } }, new FakeClock());
    expect(catalog.recogniser('google/chirp_2').name).toBe('google/chirp_2');
    expect(catalog.list()).toEqual([
      { stage: 'recogniser', name: 'google/telephony', host: 'eu-speech.googleapis.com' },
    ]);
  });

  it('hears by file or live, as the model’s name says', () => {
    const catalog = catalogOf({ recognisers: { openai } }, new FakeClock());
    const isWhole = (name: string) => catalog.recogniser(name).capabilities.wholeUtterances ?? false;
    expect([isWhole('openai/gpt-transcribe'), isWhole('openai/gpt-live-transcribe')]).toEqual([true, false]);
  });

  it('knows recognisers of vendors that also do other things', () => {
    const recognisers = {
      openai: { ...openai, model: 'gpt-transcribe' },
      openaiCompatible: { ...openaiCompatible, model: 'whisper-large-v3' },
      elevenlabs: { ...elevenlabs, model: 'scribe_v2_realtime' },
    };
    const catalog = catalogOf({ deepgram, openai, recognisers }, new FakeClock());
    const names = ['openai/whisper-1', 'openai-compatible/org/whisper:turbo', 'elevenlabs/scribe_v2_realtime'];
    expect(names.map((name) => catalog.recogniser(name).name)).toEqual(names);
    expect(catalog.list().map(({ stage, name }) => `${stage} ${name}`)).toEqual([
      'recogniser deepgram/nova-3',
      'recogniser openai/gpt-transcribe',
      'recogniser openai-compatible/whisper-large-v3',
      'recogniser elevenlabs/scribe_v2_realtime',
      'model openai/gpt-6-luna',
    ]);
  });

  it('knows the models of every vendor by their own names', () => {
    const catalog = catalogOf({ openai, anthropic, gemini, openaiCompatible }, new FakeClock());
    const names = ['anthropic/claude-sonnet-5-5', 'gemini/gemini-3.8-flash', 'openai-compatible/org/qwen-4:8b'];
    expect(names.map((name) => catalog.model(name).name)).toEqual(names);
    expect(catalog.list().map(({ name, host }) => [name, host])).toEqual([
      ['openai/gpt-6-luna', '127.0.0.1:4000'],
      ['anthropic/claude-haiku-5-5', 'api.anthropic.com'],
      ['gemini/gemini-3.5-flash-lite', 'generativelanguage.googleapis.com'],
      ['openai-compatible/default', '127.0.0.1:8000'],
    ]);
    expect(() => catalog.model('mistral/any')).toThrow(
      'no model "mistral/any" here; there is openai/…, anthropic/…, gemini/…, openai-compatible/…',
    );
  });

  it('knows the voices of every vendor by their own names', () => {
    const voices = {
      deepgram: { ...deepgram, model: 'aura-2-thalia-en' },
      openai: { ...openai, model: 'gpt-4o-mini-tts' },
      openaiCompatible: { ...openaiCompatible, model: 'kokoro' },
    };
    const catalog = catalogOf({ elevenlabs, voices }, new FakeClock());
    const names = [
      'elevenlabs/eleven_v3',
      'elevenlabs-http/eleven_v3',
      'deepgram/aura-2',
      'openai/tts-1',
      'openai-compatible/hexgrad/kokoro',
    ];
    expect(names.map((name) => catalog.voice(name).name)).toEqual(names);
    expect(catalog.list().map(({ name }) => name)).toEqual([
      'elevenlabs/eleven_flash_v2_5',
      'elevenlabs-http/eleven_flash_v2_5',
      'deepgram/aura-2-thalia-en',
      'openai/gpt-4o-mini-tts',
      'openai-compatible/kokoro',
    ]);
    expect(() => catalog.model('openai/tts-1')).toThrow(UnknownProvider);
    for (const name of names) expect(catalog.voice(name)).toBeInstanceOf(SpokenFormTextToSpeech);
  });

  it('shows what there is and where it is reached, without a key', () => {
    const catalog = catalogOf({ deepgram, openai }, new FakeClock());
    expect(catalog.list()).toEqual([
      { stage: 'recogniser', name: 'deepgram/nova-3', host: 'api.deepgram.com' },
      { stage: 'model', name: 'openai/gpt-6-luna', host: '127.0.0.1:4000' },
    ]);
  });

  it.each(['deepgram/nova-3', 'openai/', 'openai', '', '/gpt'])('has no model %j, and says what it has', (name) => {
    const catalog = catalogOf({ deepgram, openai }, new FakeClock());
    expect(() => catalog.model(name)).toThrow(UnknownProvider);
    expect(() => catalog.model(name)).toThrow(`no model "${name}" here; there is openai/…`);
  });

  it('says that there is none', () => {
    const catalog = catalogOf({}, new FakeClock());
    expect(() => catalog.voice('elevenlabs/x')).toThrow('no voice "elevenlabs/x" here; there is none');
  });
});
