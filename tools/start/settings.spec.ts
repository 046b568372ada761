import { describe, expect, it } from '@jest/globals';
import { CannotStart } from '../processes/cannot-start.js';
import { environmentOf, hasCarrier, isLive, modelOf, portOf, stagesOf } from './settings.js';

const own = {
  databaseUrl: 'postgresql://own',
  redisUrl: 'redis://own',
  secrets: {
    ...{ webhookToken: 'made-up-token', callEventKey: 'made-up-key', contactCallKey: 'made-up-key-2' },
    ...{ contactSearchKey: 'made-up-key-3', smartRoutingKey: 'made-up-key-4' },
    authSecret: 'made-up-secret',
  },
  recordingsDir: '/recordings',
  labUrl: 'http://127.0.0.1:4000',
  phrasesDir: '/home/phrases',
};

describe('what api and worker are told', () => {
  it('is the lab’s doubles for all providers when there is no key', () => {
    expect(environmentOf({}, own)).toEqual({
      PORT: '3000',
      DATABASE_URL: 'postgresql://own',
      REDIS_URL: 'redis://own',
      DRAIN_MS: '4000',
      RECORDINGS_DIR: '/recordings',
      RINGOVER_WEBHOOK_TOKEN: 'made-up-token',
      RINGOVER_CALL_EVENT_KEY: 'made-up-key',
      AUTH_SECRET: 'made-up-secret',
      RINGOVER_CONTACT_CALL_KEY: 'made-up-key-2',
      RINGOVER_CONTACT_SEARCH_KEY: 'made-up-key-3',
      RINGOVER_SMART_ROUTING_KEY: 'made-up-key-4',
      DEEPGRAM_API_KEY: 'rehearsal',
      DEEPGRAM_URL: 'ws://127.0.0.1:4000/deepgram',
      OPENAI_API_KEY: 'rehearsal',
      OPENAI_BASE_URL: 'http://127.0.0.1:4000/openai/v1',
      ANTHROPIC_API_KEY: 'rehearsal',
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000/anthropic',
      GEMINI_API_KEY: 'rehearsal',
      GEMINI_BASE_URL: 'http://127.0.0.1:4000/gemini',
      GOOGLE_CLOUD_KEY: 'rehearsal',
      GOOGLE_CLOUD_URL: 'http://127.0.0.1:4000',
      OPENAI_COMPATIBLE_API_KEY: 'rehearsal',
      OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:4000/openai/v1',
      ELEVENLABS_API_KEY: 'rehearsal',
      ELEVENLABS_URL: 'ws://127.0.0.1:4000/elevenlabs',
    });
  });

  it('makes up no keys for the sections of a true account', () => {
    const told = environmentOf({ RINGOVER_CALL_EVENT_KEY: 'theirs', RINGOVER_SMART_ROUTING_KEY: 'theirs too' }, own);
    expect(told).toMatchObject({ RINGOVER_CALL_EVENT_KEY: 'theirs', RINGOVER_SMART_ROUTING_KEY: 'theirs too' });
    expect(told).not.toHaveProperty('RINGOVER_CONTACT_CALL_KEY');
    expect(told).not.toHaveProperty('RINGOVER_CONTACT_SEARCH_KEY');
  });

  it('leaves a provider with a key alone', () => {
    const told = environmentOf({ OPENAI_API_KEY: 'sk-1' }, own);
    expect(told).toMatchObject({ OPENAI_API_KEY: 'sk-1', DEEPGRAM_API_KEY: 'rehearsal' });
    expect(told).not.toHaveProperty('OPENAI_BASE_URL');
  });

  it('keeps phrases where a real voice says them, and nothing of what a double said', () => {
    const folderOf = (env: Record<string, string>) => environmentOf(env, own)['PHRASES_DIR'];
    expect(folderOf({ ELEVENLABS_API_KEY: 'xi' })).toBe('/home/phrases');
    expect(folderOf({ ELEVENLABS_API_KEY: 'xi', PHRASES_DIR: '/srv' })).toBe('/srv');
    expect(folderOf({ PHRASES_DIR: '/srv' })).toBeUndefined();
  });

  it('takes a server of one’s own that wants no key', () => {
    const told = environmentOf({ OPENAI_BASE_URL: 'http://vllm:8000/v1' }, own);
    expect(told).toMatchObject({ OPENAI_BASE_URL: 'http://vllm:8000/v1', OPENAI_API_KEY: 'none' });
  });

  it('keeps what was set, and takes an empty value for none', () => {
    const told = environmentOf(
      { LINES_PER_AGENT: '7', RINGOVER_CALL_EVENT_KEY: 'theirs', DEEPGRAM_API_KEY: '', PUBLIC_URL: '' },
      own,
    );
    expect(told).toMatchObject({
      LINES_PER_AGENT: '7',
      RINGOVER_CALL_EVENT_KEY: 'theirs',
      DEEPGRAM_API_KEY: 'rehearsal',
    });
    expect(told).not.toHaveProperty('PUBLIC_URL');
  });
});

describe('the model of new agents', () => {
  const modelIn = (env: Record<string, string>) => {
    const stage = stagesOf(env).find((each) => each.stage === 'model');
    return stage && [modelOf(env, stage), isLive(env, stage)];
  };

  it.each<[Record<string, string>, string, boolean]>([
    [{}, 'openai/gpt-6-luna', false],
    [{ OPENAI_MODEL: 'gpt-6-sol', OPENAI_API_KEY: 'sk-1' }, 'openai/gpt-6-sol', true],
    [{ AGENT_MODEL: 'anthropic/claude-sonnet-5-5', OPENAI_API_KEY: 'sk-1' }, 'anthropic/claude-sonnet-5-5', false],
    [{ AGENT_MODEL: 'gemini/gemini-3.8-flash', GEMINI_API_KEY: 'AIza' }, 'gemini/gemini-3.8-flash', true],
  ])('of %j is %s', (env, model, live) => {
    expect(modelIn(env)).toEqual([model, live]);
  });

  it('is their voice too when it speaks by itself', () => {
    const speaking = 'openai-realtime/gpt-realtime-2.1-mini';
    const env = { AGENT_MODEL: speaking };
    expect(stagesOf(env).map((stage) => modelOf(env, stage))).toEqual(['deepgram/nova-3', speaking, speaking]);
    expect(stagesOf(env).map((stage) => isLive({ OPENAI_API_KEY: 'sk-1' }, stage))).toEqual([false, true, true]);
  });

  it.each(['mistral/any', 'anthropic', 'anthropic/', '/x'])('is not %j', (AGENT_MODEL) => {
    expect(() => stagesOf({ AGENT_MODEL })).toThrow(CannotStart);
  });
});

describe('the recogniser of new agents', () => {
  const recogniserIn = (env: Record<string, string>) => {
    const stage = stagesOf(env).find((each) => each.stage === 'recogniser');
    return stage && [modelOf(env, stage), isLive(env, stage)];
  };

  it.each<[Record<string, string>, string, boolean]>([
    [{ AGENT_MODEL: 'openai/gpt-6-sol' }, 'deepgram/nova-3', false],
    [{ AGENT_RECOGNISER: 'deepgram/flux-general-multi', DEEPGRAM_API_KEY: 'd' }, 'deepgram/flux-general-multi', true],
    [{ AGENT_RECOGNISER: 'openai/gpt-live-transcribe', OPENAI_API_KEY: 'sk-1' }, 'openai/gpt-live-transcribe', true],
    [{ AGENT_RECOGNISER: 'google/chirp_2', GOOGLE_CLOUD_KEY: '{}' }, 'google/chirp_2', true],
    [{ AGENT_RECOGNISER: 'elevenlabs/scribe_v2_realtime' }, 'elevenlabs/scribe_v2_realtime', false],
  ])('of %j is %s', (env, recogniser, live) => {
    expect(recogniserIn(env)).toEqual([recogniser, live]);
  });

  it.each(['anthropic/claude-haiku-5-5', 'deepgram/'])('is not %j', (AGENT_RECOGNISER) => {
    expect(() => stagesOf({ AGENT_RECOGNISER })).toThrow('AGENT_RECOGNISER is not one of deepgram/nova-3');
  });
});

describe('the voice of new agents', () => {
  const voiceIn = (env: Record<string, string>) => {
    const stage = stagesOf(env).find((each) => each.stage === 'voice');
    return stage && [modelOf(env, stage), isLive(env, stage)];
  };

  it.each<[Record<string, string>, string, boolean]>([
    [{}, 'elevenlabs/eleven_flash_v2_5', false],
    [{ AGENT_VOICE: 'deepgram/aura-2-thalia-en', ELEVENLABS_API_KEY: 'xi' }, 'deepgram/aura-2-thalia-en', false],
    [{ AGENT_VOICE: 'elevenlabs-http/eleven_v3', ELEVENLABS_API_KEY: 'xi' }, 'elevenlabs-http/eleven_v3', true],
  ])('of %j is %s', (env, voice, live) => {
    expect(voiceIn(env)).toEqual([voice, live]);
  });

  it('is one that api is told of, and whose phrases are kept only where it is a real one', () => {
    const AGENT_VOICE = 'openai/gpt-4o-mini-tts';
    const live = environmentOf({ AGENT_VOICE, OPENAI_API_KEY: 'sk-1' }, own);
    expect(live).toMatchObject({ OPENAI_VOICE_MODEL: 'gpt-4o-mini-tts', PHRASES_DIR: '/home/phrases' });
    const rehearsed = environmentOf({ AGENT_VOICE, ELEVENLABS_API_KEY: 'xi' }, own);
    expect(rehearsed).toMatchObject({ OPENAI_VOICE_MODEL: 'gpt-4o-mini-tts', OPENAI_API_KEY: 'rehearsal' });
    expect(rehearsed).not.toHaveProperty('PHRASES_DIR');
  });

  it.each(['anthropic/any', 'deepgram', 'deepgram/'])('is not %j', (AGENT_VOICE) => {
    expect(() => stagesOf({ AGENT_VOICE })).toThrow('AGENT_VOICE is not one of elevenlabs/eleven_flash_v2_5, ');
  });
});

describe('the settings', () => {
  it('name a carrier as soon as one of its secrets is there', () => {
    expect(hasCarrier({ RINGOVER_CALL_EVENT_KEY: '' })).toBe(false);
    expect(hasCarrier({ RINGOVER_CALL_EVENT_KEY: 'theirs' })).toBe(true);
  });

  it('refuse a port that is none', () => {
    expect(portOf({ PORT: '' })).toBe(3_000);
    expect(() => portOf({ PORT: '80000' })).toThrow(CannotStart);
    expect(() => portOf({ PORT: 'http' })).toThrow(CannotStart);
  });
});
