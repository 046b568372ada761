import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { z } from 'zod';
import { catalogOf } from './provider-catalog.js';
import { PROVIDER_VARIABLES, providerFaults, providersConfig } from './provider-variables.js';

const read = (env: Record<string, string>) => z.object(PROVIDER_VARIABLES).parse(env);
const namesIn = (env: Record<string, string>) =>
  catalogOf(providersConfig(read(env)), new FakeClock()).list().map(({ stage, name, host }) => `${stage} ${name} at ${host}`); // prettier-ignore

describe('the variables of providers', () => {
  it('name nobody when nothing is told', () => {
    expect(namesIn({})).toEqual([]);
  });

  const OPENAI = ['recogniser openai/gpt-transcribe', 'model openai/gpt-6-luna'];
  const REALTIME = ['speech openai-realtime/gpt-realtime-2.1', 'voice openai-realtime/gpt-realtime-2.1'];
  const OWN = ['recogniser openai-compatible/default', 'model openai-compatible/default'];
  const ELEVENLABS = ['recogniser elevenlabs/scribe_v2_realtime', 'voice elevenlabs/eleven_flash_v2_5', 'voice elevenlabs-http/eleven_flash_v2_5']; // prettier-ignore
  it.each([
    [{ DEEPGRAM_API_KEY: 'k' }, 'api.deepgram.com', ['recogniser deepgram/nova-3', 'voice deepgram/aura-2']],
    [{ OPENAI_API_KEY: 'k' }, 'api.openai.com', [...OPENAI, ...REALTIME]],
    [{ OPENAI_API_KEY: 'k', OPENAI_VOICE_MODEL: 'v' }, 'api.openai.com', [...OPENAI, 'voice openai/v', ...REALTIME]],
    [{ ANTHROPIC_API_KEY: 'k', ANTHROPIC_MODEL: 'm' }, 'api.anthropic.com', ['model anthropic/m']],
    [{ GEMINI_BASE_URL: 'http://127.0.0.1:1' }, '127.0.0.1:1', ['model gemini/gemini-3.5-flash-lite']],
    [{ ELEVENLABS_API_KEY: 'k' }, 'api.elevenlabs.io', ELEVENLABS],
    [
      { GOOGLE_CLOUD_KEY: 'k', GOOGLE_CLOUD_LOCATION: 'eu' },
      'eu-speech.googleapis.com',
      ['recogniser google/telephony'],
    ],
    [{ OPENAI_COMPATIBLE_BASE_URL: 'http://a:1/v1' }, 'a:1', OWN],
    [{ OPENAI_COMPATIBLE_BASE_URL: 'http://a:1/v1', OPENAI_COMPATIBLE_VOICE_MODEL: 'kokoro' }, 'a:1', [...OWN, 'voice openai-compatible/kokoro']], // prettier-ignore
  ])('of %j are at %s', (env, host, names) => {
    expect(namesIn(env as Record<string, string>)).toEqual(names.map((name) => `${name} at ${host}`));
  });

  it('ask a model that speaks at an address of its own, where one is told', () => {
    const urlOf = (env: Record<string, string>) => providersConfig(read(env)).openaiRealtime?.url;
    expect(urlOf({ OPENAI_API_KEY: 'k' })).toBe('https://api.openai.com/v1');
    expect(urlOf({ OPENAI_BASE_URL: 'http://a/v1' })).toBe('http://a/v1');
    expect(urlOf({ OPENAI_BASE_URL: 'http://a/v1', OPENAI_REALTIME_URL: 'ws://b/v1' })).toBe('ws://b/v1');
  });

  it('send something where a machine of one’s own wants no key', () => {
    const { openai } = providersConfig(read({ OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' }));
    expect(openai).toEqual({ apiKey: 'none', url: 'http://127.0.0.1:8000/v1', model: 'gpt-6-luna' });
  });

  it('give a vendor what only it knows of', () => {
    const env = {
      ...{ ANTHROPIC_API_KEY: 'k', GEMINI_API_KEY: 'k', ANTHROPIC_THINKING: 'adaptive', GEMINI_THINKING: 'high' },
      ...{ OPENAI_COMPATIBLE_BASE_URL: 'http://a/v1', OPENAI_COMPATIBLE_MAX_TOKENS_AS: 'max_completion_tokens' },
      ...{ OPENAI_COMPATIBLE_STREAM_OPTIONS: 'no', OPENAI_COMPATIBLE_VOICE_MODEL: 'v' },
      OPENAI_COMPATIBLE_VOICE_RATE_HZ: '16000',
    };
    expect(providersConfig(read(env))).toMatchObject({
      anthropic: { thinking: 'adaptive' },
      gemini: { thinking: 'high' },
      openaiCompatible: { dialect: { maxTokensAs: 'max_completion_tokens', asksUsage: false } },
      voices: { openaiCompatible: { pcmRateHz: 16_000, model: 'v' } },
    });
  });

  it('tell what is missing beside a key', () => {
    expect(providerFaults(read({ OPENAI_COMPATIBLE_API_KEY: 'k' }))).toEqual([
      { name: 'OPENAI_COMPATIBLE_BASE_URL', problem: 'is needed when OPENAI_COMPATIBLE_API_KEY is set' },
    ]);
    expect(providerFaults(read({}))).toEqual([]);
  });
});
