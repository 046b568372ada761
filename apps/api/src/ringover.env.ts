import {
  RINGOVER_SECTIONS,
  type RingoverHangUp,
  type RingoverSection,
  SILENCE_LIMITS,
  USUAL_ROUTE_STYLE,
  USUAL_V3,
  WEBHOOK_MODES,
  type WebhookMode,
} from '@app/telephony';
import { z } from 'zod';

const CHUNK_STEP_MS = 20; // one frame
const E164 = /^\+[1-9]\d{5,14}$/;

const count = (least: number, most: number) => z.coerce.number().int().min(least).max(most);
const key = () => z.string().regex(/^\S+$/, 'holds white space').optional();
const dotPath = (usual: string) =>
  z
    .string()
    .regex(/^[\w-]+(\.[\w-]+)*$/, 'is not a path such as call.id')
    .default(usual);

/** `jwt-v1,token` */
const modes = () =>
  z
    .string()
    .transform((list) => list.split(',').map((mode) => mode.trim()))
    .pipe(z.array(z.enum(WEBHOOK_MODES)))
    .optional();

/** `+33184990099,+33184990098` */
const numbers = z
  .string()
  .transform((list) => list.split(',').map((number) => number.trim()))
  .pipe(z.array(z.string().regex(E164, 'is not a number with + and digits')));

/** What is to be known of an account at Ringover; each default is what is documented, or else inferred. */
export const ringoverVariables = {
  RINGOVER_WEBHOOK_TOKEN: z
    .string()
    .regex(/^[\w-]{16,128}$/, 'is not 16 to 128 letters, digits, _ or -')
    .optional(),
  RINGOVER_CALL_EVENT_KEY: key().describe('the signing key of the call-event section'),
  RINGOVER_CONTACT_CALL_KEY: key().describe('of the contact-call section'),
  RINGOVER_CONTACT_SEARCH_KEY: key().describe('of the contact-search section; without one its address is the proof'),
  RINGOVER_SMART_ROUTING_KEY: key().describe('of smart routing and IVR codes; without one their address is the proof'),
  RINGOVER_CALL_EVENT_MODES: modes().describe('how its deliveries prove themselves: any of these'),
  RINGOVER_CONTACT_CALL_MODES: modes(),
  RINGOVER_CONTACT_SEARCH_MODES: modes(),
  RINGOVER_SMART_ROUTING_MODES: modes(),
  RINGOVER_UNSIGNED_CODES: z.stringbool().default(true).describe('take IVR codes that bear no signature'),
  RINGOVER_BINDING: z.enum(['strict', 'lenient']).default('strict'),
  RINGOVER_V3_SEPARATOR: z.string().max(8).default(USUAL_V3.separator),
  RINGOVER_V3_ADDRESS: z.enum(['whole', 'path']).default(USUAL_V3.address),
  RINGOVER_V3_WINDOW_S: count(1, 86_400).default(USUAL_V3.windowS),
  RINGOVER_SAFE_ROUTE: numbers.default([]).describe('rung when no agent can be; none: the scenario goes on'),
  RINGOVER_ROUTE_FLAGS: z.enum(['number', 'boolean']).default(USUAL_ROUTE_STYLE.flagsAs),
  RINGOVER_ROUTE_DISPATCH: z.string().default(USUAL_ROUTE_STYLE.dispatch),
  RINGOVER_ROUTE_AGENT_TYPE: z.string().default(USUAL_ROUTE_STYLE.agentType),
  RINGOVER_ROUTE_RING_S: count(5, 300).default(USUAL_ROUTE_STYLE.ringS),
  RINGOVER_UNKNOWN_CONTACT: z.enum(['404', '204']).default('404'),
  RINGOVER_SEARCH_ORIGIN: z.string().default('*').describe('who may search contacts from a browser'),
  RINGOVER_STREAM_RATE_HZ: z.enum(['8000', '16000']).default('8000'),
  RINGOVER_CHUNK_MS: count(20, 1_000).multipleOf(CHUNK_STEP_MS).default(200),
  RINGOVER_LEAD_MS: count(20, 2_000).default(400),
  RINGOVER_HANGUP: z.enum(['close', 'transfer']).default('close'),
  RINGOVER_HANGUP_NUMBER: z.string().regex(E164, 'is not a number with + and digits').optional(),
  RINGOVER_DIGITS_AS: z.enum(['number', 'string']).default('number'),
  RINGOVER_METADATA_CALL_ID: dotPath('call_id'),
  RINGOVER_METADATA_FROM: dotPath('from_number'),
  RINGOVER_METADATA_TO: dotPath('to_number'),
};

type Variables = z.output<z.ZodObject<typeof ringoverVariables>>;

/** The same in the words of the rooms that it is for. */
export const ringoverOf = (env: Variables, publicUrl: string) => ({
  line: {
    rateHz: env.RINGOVER_STREAM_RATE_HZ === '8000' ? (8_000 as const) : (16_000 as const),
    pacing: { chunkMs: env.RINGOVER_CHUNK_MS, leadMs: env.RINGOVER_LEAD_MS },
    numbersAs: env.RINGOVER_DIGITS_AS,
    hangUp: hangUpOf(env),
    silence: SILENCE_LIMITS,
  },
  metadata: {
    callId: env.RINGOVER_METADATA_CALL_ID,
    from: env.RINGOVER_METADATA_FROM,
    to: env.RINGOVER_METADATA_TO,
  },
  /** Undefined: no webhook is let in. */
  webhooks: env.RINGOVER_WEBHOOK_TOKEN
    ? { token: env.RINGOVER_WEBHOOK_TOKEN, rules: rulesOf(env), publicUrl }
    : undefined,
  routing: { safeRoute: env.RINGOVER_SAFE_ROUTE },
  answers: {
    route: {
      flagsAs: env.RINGOVER_ROUTE_FLAGS,
      dispatch: env.RINGOVER_ROUTE_DISPATCH,
      agentType: env.RINGOVER_ROUTE_AGENT_TYPE,
      ringS: env.RINGOVER_ROUTE_RING_S,
    },
    unknownContact: env.RINGOVER_UNKNOWN_CONTACT === '404' ? (404 as const) : (204 as const),
    searchOrigin: env.RINGOVER_SEARCH_ORIGIN,
  },
});

function rulesOf(env: Variables) {
  return {
    keys: bySection<string>({
      'call-event': env.RINGOVER_CALL_EVENT_KEY,
      'contact-call': env.RINGOVER_CONTACT_CALL_KEY,
      'contact-search': env.RINGOVER_CONTACT_SEARCH_KEY,
      'smart-routing': env.RINGOVER_SMART_ROUTING_KEY,
    }),
    modes: bySection<WebhookMode[]>({
      'call-event': env.RINGOVER_CALL_EVENT_MODES,
      'contact-call': env.RINGOVER_CONTACT_CALL_MODES,
      'contact-search': env.RINGOVER_CONTACT_SEARCH_MODES,
      'smart-routing': env.RINGOVER_SMART_ROUTING_MODES,
    }),
    binding: env.RINGOVER_BINDING,
    unsignedCodes: env.RINGOVER_UNSIGNED_CODES,
    v3: {
      separator: env.RINGOVER_V3_SEPARATOR,
      address: env.RINGOVER_V3_ADDRESS,
      windowS: env.RINGOVER_V3_WINDOW_S,
    },
  };
}

/** What is not set is not there. */
const bySection = <Value>(given: Record<RingoverSection, Value | undefined>): Partial<Record<RingoverSection, Value>> =>
  Object.fromEntries(RINGOVER_SECTIONS.flatMap((name) => (given[name] === undefined ? [] : [[name, given[name]]])));

const hangUpOf = (env: Variables): RingoverHangUp =>
  env.RINGOVER_HANGUP === 'transfer' && env.RINGOVER_HANGUP_NUMBER
    ? { by: 'transfer', to: env.RINGOVER_HANGUP_NUMBER }
    : { by: 'close' };
