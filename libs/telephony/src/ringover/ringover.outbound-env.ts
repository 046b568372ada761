import { z } from 'zod';
import {
  RINGOVER_API_URLS,
  RINGOVER_REGIONS,
  RINGOVER_REST_DEFAULTS,
  type RingoverRestSettings,
} from './rest/rest.settings.js';
import type { RingoverOutboundWay } from './ringover.outbound.js';

/** For the environments of the processes that place calls and that look after them: both must be told the same. */
export const OUTBOUND_VARIABLES = {
  RINGOVER_API_KEY: z.string().regex(/^\S+$/, 'holds white space').optional(),
  RINGOVER_REGION: z.enum(RINGOVER_REGIONS).default('eu'),
  RINGOVER_API_URL: z
    .url({ protocol: /^https?$/, error: 'is not a http or https address' })
    .optional()
    .describe('with /v2; the address of the region if not set'),
  RINGOVER_OUTBOUND: z
    .enum(['ivr-callback', 'callback'])
    .optional()
    .describe('the usual way of placing calls; not set: none are placed'),
  RINGOVER_IVR_ID: z
    .string()
    .regex(/^\d{1,20}$/, 'is not an id')
    .optional(),
  RINGOVER_USER_NUMBER: z
    .string()
    .regex(/^\+[1-9]\d{5,14}$/, 'is not a number with + and digits')
    .optional()
    .describe('of the user whom a callback rings first'),
  RINGOVER_HANGUP_METHOD: z.enum(['POST', 'DELETE', 'PUT']).default('POST'),
  RINGOVER_HANGUP_PATH: z
    .string()
    .regex(
      /^\/([\w.-]+|\{channel_id\}|\{call_id\})(\/([\w.-]+|\{channel_id\}|\{call_id\}))*$/,
      'is no path with {channel_id} or {call_id}',
    )
    .refine((path) => path.includes('{'), 'names neither {channel_id} nor {call_id}')
    .optional()
    .describe('where its REST interface hangs up, which is not public; not set: nothing is hung up there'),
  RINGOVER_RING_S: z.coerce.number().int().min(20).max(300).default(30),
} as const;

type Variables = z.output<z.ZodObject<typeof OUTBOUND_VARIABLES>>;

export interface OutboundSettings {
  rest: RingoverRestSettings;
  /** The usual one first. */
  ways: readonly [RingoverOutboundWay, ...RingoverOutboundWay[]];
  ringS: number;
}

/** What is missing beside RINGOVER_OUTBOUND and RINGOVER_HANGUP_PATH. */
export function outboundFaults(env: Variables): { name: keyof Variables; problem: string }[] {
  if (env.RINGOVER_OUTBOUND === undefined) {
    const isKeyless = env.RINGOVER_HANGUP_PATH !== undefined && env.RINGOVER_API_KEY === undefined;
    return isKeyless ? [{ name: 'RINGOVER_API_KEY', problem: 'is needed when RINGOVER_HANGUP_PATH is set' }] : [];
  }
  const usual = env.RINGOVER_OUTBOUND === 'callback' ? 'RINGOVER_USER_NUMBER' : 'RINGOVER_IVR_ID';
  return (['RINGOVER_API_KEY', usual] as const)
    .filter((name) => env[name] === undefined)
    .map((name) => ({ name, problem: `is needed when RINGOVER_OUTBOUND is ${env.RINGOVER_OUTBOUND}` }));
}

/** How Ringover's REST interface is reached. Undefined: without a key nobody asks it anything. */
export function restSettings(env: Variables): RingoverRestSettings | undefined {
  const { RINGOVER_API_KEY: apiKey, RINGOVER_HANGUP_METHOD: method, RINGOVER_HANGUP_PATH: path } = env;
  if (!apiKey) return undefined;
  const url = (env.RINGOVER_API_URL ?? RINGOVER_API_URLS[env.RINGOVER_REGION]).replace(/\/$/, '');
  return { ...RINGOVER_REST_DEFAULTS, url, apiKey, hangUp: path === undefined ? undefined : { method, path } };
}

/** Undefined: no calls are placed. */
export function outboundSettings(env: Variables): OutboundSettings | undefined {
  const { RINGOVER_RING_S: ringS } = env;
  const ivr: RingoverOutboundWay[] = env.RINGOVER_IVR_ID ? [{ by: 'ivr-callback', ivrId: env.RINGOVER_IVR_ID }] : [];
  const user: RingoverOutboundWay[] = env.RINGOVER_USER_NUMBER
    ? [{ by: 'callback', userNumber: env.RINGOVER_USER_NUMBER }]
    : [];
  const [usual, ...others] = env.RINGOVER_OUTBOUND === 'callback' ? [...user, ...ivr] : [...ivr, ...user];
  const rest = restSettings(env);
  if (!env.RINGOVER_OUTBOUND || !rest || usual?.by !== env.RINGOVER_OUTBOUND) return undefined;
  return { rest, ways: [usual, ...others], ringS };
}
