import { resolve } from 'node:path';
import { LOG_LEVELS, STORES_VARIABLE } from '@app/boot';
import { PRICES_VARIABLE, PROVIDER_VARIABLES, providerFaults, providersConfig } from '@app/providers';
import { OUTBOUND_VARIABLES, outboundFaults, outboundSettings, restSettings } from '@app/telephony';
import { z } from 'zod';
import { chainsOf, chainVariables } from './chains.env.js';
import { ringoverOf, ringoverVariables } from './ringover.env.js';

const address = (...protocols: string[]) =>
  z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`), error: `is not a ${protocols.join(' or ')} address` });
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
  ...STORES_VARIABLE,
  TRUST_PROXY: z
    .string()
    .regex(
      /^(loopback|linklocal|uniquelocal|[\da-fA-F.:]+(\/\d+)?)(, ?(loopback|linklocal|uniquelocal|[\da-fA-F.:]+(\/\d+)?))*$/,
      'is not a list of addresses',
    )
    .optional()
    .describe('the proxies whose X-Forwarded-For is believed: addresses, 10.0.0.0/8, loopback; none if not set'),
  AUTH_SECRET: z
    .string()
    .min(32, 'has fewer than 32 characters')
    .optional()
    .describe('signs access tokens; nobody signs in without'),
  REQUESTS_PER_MINUTE: count(1, 1_000_000).default(6_000).describe('of one key or person, at all processes together'),
  LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
  LINES_PER_AGENT: count(1, 1_000).default(3).describe('for agents without a number of their own'),
  LINES_PER_NODE: count(1, 100_000).optional().describe('calls at once of this process; no limit if not set'),
  LINES_IN_ALL: count(1, 1_000_000).optional().describe('calls at once of all processes; no limit if not set'),
  RECORDINGS_DIR: z
    .string()
    .default('.local/recordings')
    .describe('where recordings of calls lie; the same for api and worker'),
  DRAIN_MS: count(0, 3_600_000).default(20_000).describe('how long a planned stop waits for calls to end'),

  PHRASES_DIR: z
    .string()
    .optional()
    .describe('keeps rendered greetings and phrases; without it they end with the process'),

  ...PROVIDER_VARIABLES,

  ...PRICES_VARIABLE,

  ...chainVariables,

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
  .superRefine((env, context) => {
    for (const { name, problem } of [...providerFaults(env), ...outboundFaults(env)])
      context.addIssue({ code: 'custom', path: [name], message: problem });
  })
  .transform((env) => ({
    http: { port: env.PORT, publicUrl: publicUrlOf(env), trustProxy: env.TRUST_PROXY ?? (false as const) },
    auth: { secret: env.AUTH_SECRET, ratePerMinute: env.REQUESTS_PER_MINUTE },
    log: { level: env.LOG_LEVEL },
    postgres: { url: env.DATABASE_URL },
    redis: { url: env.REDIS_URL },
    stores: { withinMs: env.STORES_WITHIN_S * 1_000 },
    calls: {
      linesPerAgent: env.LINES_PER_AGENT,
      linesPerNode: env.LINES_PER_NODE,
      linesInAll: env.LINES_IN_ALL,
      drainMs: env.DRAIN_MS,
    },
    recordings: { folder: resolve(env.RECORDINGS_DIR) },
    functions: { timezone: env.CALENDAR_TIMEZONE, transferDestinations: env.TRANSFER_DESTINATIONS },
    phrases: { folder: env.PHRASES_DIR },
    providers: providersConfig(env),
    prices: env.PRICES,
    chains: chainsOf(env),
    ringover: { ...ringoverOf(env, publicUrlOf(env)), rest: restSettings(env) },
    outbound: outboundSettings(env),
  }));

export type ApiConfig = z.output<typeof apiEnv>;

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
