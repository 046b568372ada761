import { resolve } from 'node:path';
import { LOG_LEVELS } from '@app/boot';
import { OUTBOUND_VARIABLES, outboundFaults, outboundSettings, restSettings } from '@app/telephony';
import { z } from 'zod';
import { ringoverOf, ringoverVariables } from './ringover.env.js';

const address = (...protocols: string[]) =>
  z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`), error: `is not a ${protocols.join(' or ')} address` });
const key = () => z.string().regex(/^\S+$/, 'holds white space').optional();
const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const timezone = z.string().refine(isTimezone, 'is not a timezone such as Europe/Paris');

/** `reception=+441632960001,sales=+441632960002` */
const destinations = z
  .string()
  .regex(/^[^=,]+=\s*\+[1-9]\d{5,14}\s*(,[^=,]+=\s*\+[1-9]\d{5,14}\s*)*$/, 'is not a list such as sales=+441632960001')
  .transform((list) => list.split(',').map(destinationOf));

const variables = z.object({
  PORT: count(0, 65_535).default(3_000).describe('0: any free port'),
  PUBLIC_URL: address('http', 'https').optional().describe('what carriers are told; http://127.0.0.1:PORT if not set'),
  DATABASE_URL: address('postgres', 'postgresql'),
  REDIS_URL: address('redis', 'rediss'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  LINES_PER_AGENT: count(1, 1_000).default(3).describe('for agents without a number of their own'),
  LINES_PER_NODE: count(1, 100_000).optional().describe('calls at once of this process; no limit if not set'),
  LINES_IN_ALL: count(1, 1_000_000).optional().describe('calls at once of all processes; no limit if not set'),
  RECORDINGS_DIR: z
    .string()
    .default('.local/recordings')
    .describe('where recordings of calls lie; the same for api and worker'),
  DRAIN_MS: count(0, 3_600_000).default(20_000).describe('how long a planned stop waits for calls to end'),

  DEEPGRAM_API_KEY: key(),
  DEEPGRAM_URL: address('ws', 'wss').optional(),
  DEEPGRAM_MODEL: z.string().default('nova-3'),
  OPENAI_API_KEY: key(),
  OPENAI_BASE_URL: address('http', 'https').optional(),
  OPENAI_MODEL: z.string().default('gpt-6-luna'),
  OPENAI_REALTIME_URL: address('ws', 'wss', 'http', 'https').optional(),
  OPENAI_REALTIME_MODEL: z.string().default('gpt-realtime-2.1'),
  OPENAI_STT_MODEL: z.string().default('gpt-transcribe'),
  OPENAI_STT_DETECTOR: z.enum(['ours', 'server']).default('ours').describe('who finds the end of live speech'),
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

  ...ringoverVariables,

  ...OUTBOUND_VARIABLES,

  CALENDAR_TIMEZONE: timezone.default('Europe/London'),
  TRANSFER_DESTINATIONS: destinations.default([]).describe('where agents may send a caller'),
});
type Variables = z.output<typeof variables>;

const always = () => true;

const publicUrlOf = ({ PORT, PUBLIC_URL }: Variables): string =>
  (PUBLIC_URL ?? `http://127.0.0.1:${PORT}`).replace(/\/$/, '');

/** What this process needs to be told. SHOUTING names stop here: `transform` gives each room its part, in its words. */
export const apiEnv = variables
  .refine((env) => env.RINGOVER_HANGUP !== 'transfer' || env.RINGOVER_HANGUP_NUMBER !== undefined, {
    path: ['RINGOVER_HANGUP_NUMBER'],
    error: 'is needed when RINGOVER_HANGUP is transfer',
    when: always,
  })
  .refine((env) => !(env.RINGOVER_LEAD_MS < env.RINGOVER_CHUNK_MS), {
    path: ['RINGOVER_LEAD_MS'],
    error: 'is less than RINGOVER_CHUNK_MS: no whole message fits into the lead',
    when: always,
  })
  .refine((env) => !env.OPENAI_COMPATIBLE_API_KEY || env.OPENAI_COMPATIBLE_BASE_URL !== undefined, {
    path: ['OPENAI_COMPATIBLE_BASE_URL'],
    error: 'is needed when OPENAI_COMPATIBLE_API_KEY is set',
    when: always,
  })
  .superRefine((env, context) => {
    for (const { name, problem } of outboundFaults(env))
      context.addIssue({ code: 'custom', path: [name], message: problem });
  })
  .transform((env) => ({
    http: { port: env.PORT, publicUrl: publicUrlOf(env) },
    log: { level: env.LOG_LEVEL },
    postgres: { url: env.DATABASE_URL },
    redis: { url: env.REDIS_URL },
    calls: {
      linesPerAgent: env.LINES_PER_AGENT,
      linesPerNode: env.LINES_PER_NODE,
      linesInAll: env.LINES_IN_ALL,
      drainMs: env.DRAIN_MS,
    },
    recordings: { folder: resolve(env.RECORDINGS_DIR) },
    functions: { timezone: env.CALENDAR_TIMEZONE, transferDestinations: env.TRANSFER_DESTINATIONS },
    providers: providersOf(env),
    ringover: { ...ringoverOf(env, publicUrlOf(env)), rest: restSettings(env) },
    outbound: outboundSettings(env),
  }));

export type ApiConfig = z.output<typeof apiEnv>;

const providersOf = (env: Variables) => ({
  deepgram: vendor(
    { apiKey: env.DEEPGRAM_API_KEY, url: env.DEEPGRAM_URL, model: env.DEEPGRAM_MODEL },
    'wss://api.deepgram.com',
  ),
  openai: vendor(
    { apiKey: env.OPENAI_API_KEY, url: env.OPENAI_BASE_URL, model: env.OPENAI_MODEL },
    'https://api.openai.com/v1',
  ),
  anthropic: withOwn(
    vendor(
      { apiKey: env.ANTHROPIC_API_KEY, url: env.ANTHROPIC_BASE_URL, model: env.ANTHROPIC_MODEL },
      'https://api.anthropic.com',
    ),
    { thinking: env.ANTHROPIC_THINKING },
  ),
  gemini: withOwn(
    vendor(
      { apiKey: env.GEMINI_API_KEY, url: env.GEMINI_BASE_URL, model: env.GEMINI_MODEL },
      'https://generativelanguage.googleapis.com',
    ),
    { thinking: env.GEMINI_THINKING },
  ),
  openaiCompatible: withOwn(
    vendor(
      {
        apiKey: env.OPENAI_COMPATIBLE_API_KEY,
        url: env.OPENAI_COMPATIBLE_BASE_URL,
        model: env.OPENAI_COMPATIBLE_MODEL,
      },
      '', // it has an address of its own, or is not there
    ),
    {
      dialect: {
        maxTokensAs: env.OPENAI_COMPATIBLE_MAX_TOKENS_AS,
        asksUsage: env.OPENAI_COMPATIBLE_STREAM_OPTIONS === 'yes',
      },
    },
  ),
  elevenlabs: vendor(
    { apiKey: env.ELEVENLABS_API_KEY, url: env.ELEVENLABS_URL, model: env.ELEVENLABS_MODEL },
    'wss://api.elevenlabs.io',
  ),
  openaiRealtime: vendor(
    { apiKey: env.OPENAI_API_KEY, url: env.OPENAI_REALTIME_URL, model: env.OPENAI_REALTIME_MODEL },
    'wss://api.openai.com/v1',
  ),
  recognisers: recognisersOf(env),
});

/** Vendors that recognise beside what else they do: the same accounts, other models. */
const recognisersOf = (env: Variables) => ({
  openai: withOwn(
    vendor(
      { apiKey: env.OPENAI_API_KEY, url: env.OPENAI_BASE_URL, model: env.OPENAI_STT_MODEL },
      'https://api.openai.com/v1',
    ),
    { turnDetection: env.OPENAI_STT_DETECTOR },
  ),
  openaiCompatible: vendor(
    {
      apiKey: env.OPENAI_COMPATIBLE_API_KEY,
      url: env.OPENAI_COMPATIBLE_BASE_URL,
      model: env.OPENAI_COMPATIBLE_STT_MODEL,
    },
    '', // as above
  ),
  elevenlabs: vendor(
    { apiKey: env.ELEVENLABS_API_KEY, url: env.ELEVENLABS_URL, model: env.ELEVENLABS_STT_MODEL },
    'wss://api.elevenlabs.io',
  ),
  google: withOwn(
    vendor(
      { apiKey: env.GOOGLE_CLOUD_KEY, url: env.GOOGLE_CLOUD_URL, model: env.GOOGLE_CLOUD_STT_MODEL },
      env.GOOGLE_CLOUD_LOCATION === 'global'
        ? 'https://speech.googleapis.com'
        : `https://${env.GOOGLE_CLOUD_LOCATION}-speech.googleapis.com`,
    ),
    { location: env.GOOGLE_CLOUD_LOCATION, ...(env.GOOGLE_CLOUD_PROJECT && { project: env.GOOGLE_CLOUD_PROJECT }) },
  ),
});

/** Sent where a machine of one's own asks for no key: the header must hold something. */
const NO_KEY = 'none';

/** A vendor with neither a key nor an address of one's own is left out, not half there. */
function vendor(
  { apiKey, url, model }: { apiKey: string | undefined; url: string | undefined; model: string },
  usualUrl: string,
): { apiKey: string; url: string; model: string } | undefined {
  if (apiKey === undefined && url === undefined) return undefined;
  return { apiKey: apiKey ?? NO_KEY, url: url ?? usualUrl, model };
}

/** What only this vendor knows of, where the vendor is there. */
const withOwn = <V extends object, O extends object>(known: V | undefined, own: O): (V & O) | undefined =>
  known && { ...known, ...own };

function isTimezone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}

function destinationOf(entry: string): { name: string; e164: string } {
  const [name = '', e164 = ''] = entry.split('=');
  return { name: name.trim(), e164: e164.trim() };
}
