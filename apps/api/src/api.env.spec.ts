import { describe, expect, it } from '@jest/globals';
import { ConfigError, readEnv } from '@app/boot';
import { apiEnv } from './api.env.js';

const STORES = { DATABASE_URL: 'postgresql://127.0.0.1/carillon', REDIS_URL: 'redis://127.0.0.1:6379' };

const problemsOf = (env: NodeJS.ProcessEnv): readonly string[] => {
  try {
    readEnv(apiEnv, env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
};
const wrongOf = (env: NodeJS.ProcessEnv) => problemsOf(env).map((problem) => problem.split(':')[0]);

describe('the environment of the api', () => {
  it('needs the stores and nothing else', () => {
    expect(wrongOf({})).toEqual(['DATABASE_URL', 'REDIS_URL']);
    expect(readEnv(apiEnv, STORES)).toMatchObject({
      http: { port: 3_000, publicUrl: 'http://127.0.0.1:3000' },
      calls: { linesPerAgent: 3, linesPerNode: undefined, linesInAll: undefined },
      providers: { voices: {} },
      ringover: { line: { rateHz: 8_000, hangUp: { by: 'close' } }, webhooks: undefined },
      functions: { timezone: 'Europe/London', transferDestinations: [] },
    });
  });

  it('names every wrong variable at once and never its value', () => {
    const env = {
      PORT: 'hunter',
      PUBLIC_URL: 'ftp://hunter',
      DATABASE_URL: 'hunter',
      REDIS_URL: 'http://hunter:hunter@hunter',
      LOG_LEVEL: 'hunter',
      LINES_PER_AGENT: '0',
      LINES_PER_NODE: '0',
      LINES_IN_ALL: 'hunter',
      DEEPGRAM_API_KEY: 'hunter hunter',
      DEEPGRAM_URL: 'https://hunter',
      ANTHROPIC_BASE_URL: 'hunter',
      ANTHROPIC_THINKING: 'hunter',
      GEMINI_API_KEY: 'hunter hunter',
      GEMINI_THINKING: 'hunter',
      OPENAI_COMPATIBLE_STREAM_OPTIONS: 'hunter',
      OPENAI_STT_DETECTOR: 'hunter',
      RINGOVER_WEBHOOK_TOKEN: 'hunter',
      RINGOVER_BINDING: 'hunter',
      RINGOVER_STREAM_RATE_HZ: '44100',
      RINGOVER_CHUNK_MS: '30',
      RINGOVER_METADATA_FROM: 'hunter..hunter',
      CALENDAR_TIMEZONE: 'Europe/Hunter',
      TRANSFER_DESTINATIONS: 'hunter',
    };
    expect(wrongOf(env).sort()).toEqual(Object.keys(env).sort());
    expect(problemsOf(env).join('\n')).not.toMatch(/hunter|44100/i);
  });

  it('names what is wrong only beside another variable together with the rest', () => {
    expect(wrongOf({ ...STORES, PORT: 'x', RINGOVER_HANGUP: 'transfer', RINGOVER_LEAD_MS: '100' })).toEqual([
      'PORT',
      'RINGOVER_HANGUP_NUMBER',
      'RINGOVER_LEAD_MS',
    ]);
  });

  it('takes a way to hang up over REST, if it is one and there is a key to ask with', () => {
    const path = '/channels/{channel_id}/events/hangup';
    const hangUpOf = (env: NodeJS.ProcessEnv) => readEnv(apiEnv, { ...STORES, ...env }).ringover.rest?.hangUp;
    const key = { RINGOVER_API_KEY: 'k' };

    expect(hangUpOf({ ...key, RINGOVER_HANGUP_PATH: path })).toEqual({ method: 'POST', path });
    expect(
      hangUpOf({ ...key, RINGOVER_HANGUP_PATH: '/calls/{call_id}', RINGOVER_HANGUP_METHOD: 'DELETE' }),
    ).toMatchObject({ method: 'DELETE' });
    expect(hangUpOf(key)).toBeUndefined();
    expect(wrongOf({ ...STORES, RINGOVER_HANGUP_PATH: path })).toEqual(['RINGOVER_API_KEY']);
    for (const wrong of ['channels/{channel_id}', '/channels/{channel}', '/calls/end', 'https://x/{call_id}'])
      expect(wrongOf({ ...STORES, ...key, RINGOVER_HANGUP_PATH: wrong })).toEqual(['RINGOVER_HANGUP_PATH']);
    expect(wrongOf({ ...STORES, RINGOVER_HANGUP_METHOD: 'PATCH' })).toEqual(['RINGOVER_HANGUP_METHOD']);
  });

  it('takes a vendor’s machine of one’s own without a key', () => {
    const { providers } = readEnv(apiEnv, { ...STORES, OPENAI_BASE_URL: 'http://127.0.0.1:8000/v1' });
    expect(providers).toMatchObject({
      openai: { apiKey: 'none', url: 'http://127.0.0.1:8000/v1' },
    });
  });

  it('knows the other models, each with what only its vendor knows of', () => {
    const { providers } = readEnv(apiEnv, {
      ...STORES,
      ANTHROPIC_API_KEY: 'sk-ant',
      ANTHROPIC_THINKING: 'adaptive',
      GEMINI_API_KEY: 'AIza',
      GEMINI_MODEL: 'gemini-3.8-flash',
      OPENAI_COMPATIBLE_BASE_URL: 'http://127.0.0.1:8000/v1',
      OPENAI_COMPATIBLE_STREAM_OPTIONS: 'no',
    });
    expect(providers).toMatchObject({
      anthropic: {
        apiKey: 'sk-ant',
        url: 'https://api.anthropic.com',
        model: 'claude-haiku-5-5',
        thinking: 'adaptive',
      },
      gemini: { url: 'https://generativelanguage.googleapis.com', model: 'gemini-3.8-flash', thinking: 'low' },
      openaiCompatible: { apiKey: 'none', dialect: { maxTokensAs: 'max_tokens', asksUsage: false } },
    });
    expect(wrongOf({ ...STORES, OPENAI_COMPATIBLE_API_KEY: 'sk-own' })).toEqual(['OPENAI_COMPATIBLE_BASE_URL']);
  });

  it('tells of each section of webhooks its key and how it is proved', () => {
    const { ringover } = readEnv(apiEnv, {
      ...STORES,
      PUBLIC_URL: 'https://centre.example.com/',
      RINGOVER_WEBHOOK_TOKEN: 'a-token-of-enough-length',
      RINGOVER_CONTACT_CALL_KEY: 'k2',
      RINGOVER_SMART_ROUTING_KEY: 'k4',
      RINGOVER_CONTACT_SEARCH_MODES: 'token',
      RINGOVER_SMART_ROUTING_MODES: 'hmac-v3, jwt-v1',
      RINGOVER_UNSIGNED_CODES: 'false',
      RINGOVER_V3_ADDRESS: 'path',
      RINGOVER_SAFE_ROUTE: '+33184990099, +33184990098',
      RINGOVER_ROUTE_FLAGS: 'boolean',
      RINGOVER_UNKNOWN_CONTACT: '204',
    });
    expect(ringover.webhooks).toEqual({
      token: 'a-token-of-enough-length',
      publicUrl: 'https://centre.example.com',
      rules: {
        keys: { 'contact-call': 'k2', 'smart-routing': 'k4' },
        modes: { 'contact-search': ['token'], 'smart-routing': ['hmac-v3', 'jwt-v1'] },
        binding: 'strict',
        unsignedCodes: false,
        v3: { separator: '', address: 'path', windowS: 300 },
      },
    });
    expect(ringover.routing).toEqual({ safeRoute: ['+33184990099', '+33184990098'] });
    expect(ringover.answers).toMatchObject({ route: { flagsAs: 'boolean', ringS: 25 }, unknownContact: 204 });
    const wrong = {
      RINGOVER_CALL_EVENT_MODES: 'jwt',
      RINGOVER_SAFE_ROUTE: '0184990099',
      RINGOVER_UNKNOWN_CONTACT: '400',
    };
    expect(
      wrongOf({ ...STORES, ...wrong })
        .map((name = '') => name.replace(/\.\d+$/, ''))
        .sort(),
    ).toEqual(Object.keys(wrong).sort());
  });

  it('gives each room its part', () => {
    const config = readEnv(apiEnv, {
      ...STORES,
      OPENAI_API_KEY: 'sk-1',
      RINGOVER_WEBHOOK_TOKEN: 'a-token-of-enough-length',
      RINGOVER_CALL_EVENT_KEY: 'k',
      RINGOVER_HANGUP: 'transfer',
      RINGOVER_HANGUP_NUMBER: '+33100000000',
      RINGOVER_STREAM_RATE_HZ: '16000',
      TRANSFER_DESTINATIONS: 'sales=+441632960001, front desk = +441632960002',
    });
    expect(config).toMatchObject({
      providers: { openai: { apiKey: 'sk-1', url: 'https://api.openai.com/v1', model: 'gpt-6-luna' } },
      ringover: {
        line: { rateHz: 16_000, hangUp: { by: 'transfer', to: '+33100000000' } },
        webhooks: {
          token: 'a-token-of-enough-length',
          publicUrl: 'http://127.0.0.1:3000',
          rules: { keys: { 'call-event': 'k' }, binding: 'strict' },
        },
      },
      functions: { transferDestinations: [{ name: 'sales' }, { name: 'front desk', e164: '+441632960002' }] },
    });
  });

  it('knows who stands in for whom, and what accounts bear', () => {
    const told = {
      FALLBACK_RECOGNISERS: 'deepgram/nova-3, openai/whisper',
      FALLBACK_MODELS: 'openai-compatible/org/qwen:8b',
      FALLBACK_VOICES: 'deepgram/aura-2#thalia',
      VOICE_PATIENCE_MS: '900',
      PROVIDER_LIMITS: 'elevenlabs:atOnce=10,openai:atOnce=50:perMinute=500',
    };
    expect(readEnv(apiEnv, { ...STORES, ...told }).chains).toEqual({
      fallbacks: {
        recogniser: ['deepgram/nova-3', 'openai/whisper'],
        model: ['openai-compatible/org/qwen:8b'],
        voice: [{ voice: 'deepgram/aura-2', voiceId: 'thalia' }],
      },
      patience: { recogniser: 700, model: 1_000, voice: 900 },
      limits: new Map([
        ['elevenlabs', { atOnce: 10 }],
        ['openai', { atOnce: 50, perMinute: 500 }],
      ]),
    });
    const wrong = {
      FALLBACK_MODELS: 'hunter',
      FALLBACK_VOICES: 'deepgram/aura-2',
      PROVIDER_LIMITS: 'openai:hunter=5',
      MODEL_PATIENCE_MS: '0',
    };
    expect(wrongOf({ ...STORES, ...wrong })).toEqual([
      ...['FALLBACK_MODELS.0', 'FALLBACK_VOICES.0', 'MODEL_PATIENCE_MS', 'PROVIDER_LIMITS.0'],
    ]);
  });
});
