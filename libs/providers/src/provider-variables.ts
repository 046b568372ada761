import { z } from 'zod';
import type { ProvidersConfig } from './provider-catalog.js';
import type { VendorConfig } from './vendor-config.js';

const address = (...protocols: string[]) =>
  z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`), error: `is not a ${protocols.join(' or ')} address` });
const key = () => z.string().regex(/^\S+$/, 'holds white space').optional();

/** For the environments of the processes that ask providers: all must be told the same. */
export const PROVIDER_VARIABLES = {
  DEEPGRAM_API_KEY: key(),
  DEEPGRAM_URL: address('ws', 'wss').optional(),
  DEEPGRAM_MODEL: z.string().default('nova-3'),
  DEEPGRAM_VOICE_MODEL: z.string().default('aura-2'),
  OPENAI_API_KEY: key(),
  OPENAI_BASE_URL: address('http', 'https').optional(),
  OPENAI_MODEL: z.string().default('gpt-6-luna'),
  OPENAI_STT_MODEL: z.string().default('gpt-transcribe'),
  OPENAI_STT_DETECTOR: z.enum(['ours', 'server']).default('ours').describe('who finds the end of live speech'),
  OPENAI_REALTIME_URL: address('ws', 'wss', 'http', 'https').optional().describe('OPENAI_BASE_URL if not set'),
  OPENAI_REALTIME_MODEL: z.string().default('gpt-realtime-2.1').describe('hears and speaks by itself'),
  OPENAI_VOICE_MODEL: z.string().optional().describe('without it OpenAI has no voices: all that it has end'),
  ANTHROPIC_API_KEY: key(),
  ANTHROPIC_BASE_URL: address('http', 'https').optional(),
  ANTHROPIC_MODEL: z.string().default('claude-haiku-5-5'),
  ANTHROPIC_THINKING: z.enum(['disabled', 'between_tools', 'adaptive', 'default']).default('disabled'),
  GEMINI_API_KEY: key(),
  GEMINI_BASE_URL: address('http', 'https').optional(),
  GEMINI_MODEL: z.string().default('gemini-3.5-flash-lite'),
  GEMINI_THINKING: z.enum(['minimal', 'low', 'medium', 'high', 'default']).default('low'),
  OPENAI_COMPATIBLE_API_KEY: key(),
  OPENAI_COMPATIBLE_BASE_URL: address('http', 'https').optional(),
  OPENAI_COMPATIBLE_MODEL: z.string().default('default'),
  OPENAI_COMPATIBLE_STT_MODEL: z.string().default('default'),
  OPENAI_COMPATIBLE_MAX_TOKENS_AS: z.enum(['max_tokens', 'max_completion_tokens']).default('max_tokens'),
  OPENAI_COMPATIBLE_STREAM_OPTIONS: z.enum(['yes', 'no']).default('yes').describe('whether it takes stream_options'),
  OPENAI_COMPATIBLE_VOICE_MODEL: z.string().optional().describe('without it this server has no voices'),
  OPENAI_COMPATIBLE_VOICE_RATE_HZ: z.coerce.number().int().min(8_000).max(48_000).default(24_000),
  ELEVENLABS_API_KEY: key(),
  ELEVENLABS_URL: address('ws', 'wss').optional(),
  ELEVENLABS_MODEL: z.string().default('eleven_flash_v2_5'),
  ELEVENLABS_STT_MODEL: z.string().default('scribe_v2_realtime'),
  GOOGLE_CLOUD_KEY: key().describe("a service account's key, as JSON in one line, or an access token"),
  GOOGLE_CLOUD_URL: address('http', 'https').optional(),
  GOOGLE_CLOUD_PROJECT: z.string().optional().describe('where the key does not name it'),
  GOOGLE_CLOUD_LOCATION: z
    .string()
    .regex(/^[a-z0-9-]+$/)
    .default('global'),
  GOOGLE_CLOUD_STT_MODEL: z.string().default('telephony'),
} as const;

type Variables = z.output<z.ZodObject<typeof PROVIDER_VARIABLES>>;

/** What is wrong only beside another variable. */
export function providerFaults(env: Variables): { name: keyof Variables; problem: string }[] {
  if (!env.OPENAI_COMPATIBLE_API_KEY || env.OPENAI_COMPATIBLE_BASE_URL !== undefined) return [];
  return [{ name: 'OPENAI_COMPATIBLE_BASE_URL', problem: 'is needed when OPENAI_COMPATIBLE_API_KEY is set' }];
}

/** Vendors that have neither a key nor an address of one's own are left out. */
export function providersConfig(env: Variables): ProvidersConfig {
  const { deepgram, openai, openaiRealtime, anthropic, gemini, openaiCompatible, elevenlabs } = vendorsOf(env);
  const dialect = {
    maxTokensAs: env.OPENAI_COMPATIBLE_MAX_TOKENS_AS,
    asksUsage: env.OPENAI_COMPATIBLE_STREAM_OPTIONS === 'yes',
  };
  return {
    ...given('deepgram', deepgram(env.DEEPGRAM_MODEL)),
    ...given('openai', openai(env.OPENAI_MODEL)),
    ...given('anthropic', withOwn(anthropic(env.ANTHROPIC_MODEL), { thinking: env.ANTHROPIC_THINKING })),
    ...given('gemini', withOwn(gemini(env.GEMINI_MODEL), { thinking: env.GEMINI_THINKING })),
    ...given('openaiCompatible', withOwn(openaiCompatible(env.OPENAI_COMPATIBLE_MODEL), { dialect })),
    ...given('elevenlabs', elevenlabs(env.ELEVENLABS_MODEL)),
    ...given('openaiRealtime', openaiRealtime(env.OPENAI_REALTIME_MODEL)),
    recognisers: recognisersOf(env),
    voices: {
      ...given('deepgram', deepgram(env.DEEPGRAM_VOICE_MODEL)),
      ...given('openai', openai(env.OPENAI_VOICE_MODEL)),
      ...given(
        'openaiCompatible',
        withOwn(openaiCompatible(env.OPENAI_COMPATIBLE_VOICE_MODEL), {
          pcmRateHz: env.OPENAI_COMPATIBLE_VOICE_RATE_HZ,
        }),
      ),
    },
  };
}

/** Vendors that recognise beside what else they do: the same accounts, other models. */
function recognisersOf(env: Variables): NonNullable<ProvidersConfig['recognisers']> {
  const { openai, openaiCompatible, elevenlabs, google } = vendorsOf(env);
  const place = {
    location: env.GOOGLE_CLOUD_LOCATION,
    ...(env.GOOGLE_CLOUD_PROJECT && { project: env.GOOGLE_CLOUD_PROJECT }),
  };
  return {
    ...given('openai', withOwn(openai(env.OPENAI_STT_MODEL), { turnDetection: env.OPENAI_STT_DETECTOR })),
    ...given('openaiCompatible', openaiCompatible(env.OPENAI_COMPATIBLE_STT_MODEL)),
    ...given('elevenlabs', elevenlabs(env.ELEVENLABS_STT_MODEL)),
    ...given('google', withOwn(google(env.GOOGLE_CLOUD_STT_MODEL), place)),
  };
}

/** Google's service stands where its models are. */
const googleUrl = ({ GOOGLE_CLOUD_LOCATION: location }: Variables): string =>
  location === 'global' ? 'https://speech.googleapis.com' : `https://${location}-speech.googleapis.com`;

/** Each vendor's account, to be had with any of its models. */
const vendorsOf = (env: Variables) => ({
  deepgram: vendor(env.DEEPGRAM_API_KEY, env.DEEPGRAM_URL, 'wss://api.deepgram.com'),
  openai: vendor(env.OPENAI_API_KEY, env.OPENAI_BASE_URL, 'https://api.openai.com/v1'),
  openaiRealtime: vendor(
    env.OPENAI_API_KEY,
    env.OPENAI_REALTIME_URL ?? env.OPENAI_BASE_URL,
    'https://api.openai.com/v1',
  ),
  anthropic: vendor(env.ANTHROPIC_API_KEY, env.ANTHROPIC_BASE_URL, 'https://api.anthropic.com'),
  gemini: vendor(env.GEMINI_API_KEY, env.GEMINI_BASE_URL, 'https://generativelanguage.googleapis.com'),
  openaiCompatible: vendor(env.OPENAI_COMPATIBLE_API_KEY, env.OPENAI_COMPATIBLE_BASE_URL, undefined),
  elevenlabs: vendor(env.ELEVENLABS_API_KEY, env.ELEVENLABS_URL, 'wss://api.elevenlabs.io'),
  google: vendor(env.GOOGLE_CLOUD_KEY, env.GOOGLE_CLOUD_URL, googleUrl(env)),
});

/** Sent where a machine of one's own asks for no key: the header must hold something. */
const NO_KEY = 'none';

/** @param usualUrl none: it has an address of its own, or is not there */
const vendor =
  (apiKey: string | undefined, ownUrl: string | undefined, usualUrl: string | undefined) =>
  (model: string | undefined): VendorConfig | undefined => {
    const url = ownUrl ?? (apiKey === undefined ? undefined : usualUrl);
    return url === undefined || model === undefined ? undefined : { apiKey: apiKey ?? NO_KEY, url, model };
  };

/** What only this vendor knows of, where the vendor is there. */
const withOwn = <V extends object, O extends object>(known: V | undefined, own: O): (V & O) | undefined =>
  known && { ...known, ...own };

const given = <Name extends string, V>(name: Name, config: V | undefined): Partial<Record<Name, V>> =>
  config === undefined ? {} : ({ [name]: config } as Record<Name, V>);
