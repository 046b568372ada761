import { resolve } from 'node:path';
import { LOG_LEVELS, STORES_VARIABLE } from '@app/boot';
import {
  PRICES_VARIABLE,
  PROVIDER_LIMITS_VARIABLE,
  PROVIDER_VARIABLES,
  providerFaults,
  providersConfig,
} from '@app/providers';
import { OUTBOUND_VARIABLES, outboundFaults, outboundSettings, restSettings } from '@app/telephony';
import { z } from 'zod';

const url = (...protocols: string[]) =>
  z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`), error: `is not a ${protocols.join(' or ')} address` });

const lines = (most: number) => z.coerce.number().int().min(1).max(most);

/** What this process needs to be told. SHOUTING names stop here. */
export const workerEnv = z
  .object({
    DATABASE_URL: url('postgres', 'postgresql'),
    REDIS_URL: url('redis', 'rediss'),
    ...STORES_VARIABLE,
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    RECORDINGS_DIR: z.string().default('.local/recordings').describe('where the api keeps recordings of calls'),
    OTEL_EXPORTER_OTLP_ENDPOINT: url('http', 'https')
      .optional()
      .describe('a collector of OpenTelemetry, OTLP over HTTP; not set: no traces'),
    FINISH_CALLS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(4),
    REPORTS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(4),
    ...PROVIDER_VARIABLES,
    ...PROVIDER_LIMITS_VARIABLE,
    ...PRICES_VARIABLE,
    ...OUTBOUND_VARIABLES,
    LINES_PER_AGENT: lines(1_000).default(3).describe('as in the api: for agents without a number of their own'),
    LINES_IN_ALL: lines(1_000_000).optional().describe('as in the api: calls at once of all processes'),
    JOB_LOCK_MS: z.coerce
      .number()
      .int()
      .min(1_000)
      .max(600_000)
      .default(10_000)
      .describe('a job whose worker is not heard of for so long goes to another'),
    CALLS_RETURN_WITHIN_S: z.coerce
      .number()
      .int()
      .min(4)
      .max(120)
      .default(4)
      .describe('how long the calls of a node that is gone stay open for their sound to come back to another node'),
    RINGOVER_LOOK_EVERY_S: z.coerce
      .number()
      .int()
      .min(2)
      .max(600)
      .default(30)
      .describe('between two looks for what its webhooks did not tell; without RINGOVER_API_KEY nobody looks'),
  })
  .superRefine((env, context) => {
    for (const { name, problem } of [...providerFaults(env), ...outboundFaults(env)])
      context.addIssue({ code: 'custom', path: [name], message: problem });
  })
  .transform((env) => ({
    postgres: { url: env.DATABASE_URL },
    redis: { url: env.REDIS_URL },
    stores: { withinMs: env.STORES_WITHIN_S * 1_000 },
    log: { level: env.LOG_LEVEL },
    recordings: { folder: resolve(env.RECORDINGS_DIR) },
    traces: { endpoint: env.OTEL_EXPORTER_OTLP_ENDPOINT },
    ringover: { rest: restSettings(env), lookEveryMs: env.RINGOVER_LOOK_EVERY_S * 1_000 },
    jobs: {
      finishCallsAtOnce: env.FINISH_CALLS_AT_ONCE,
      reportsAtOnce: env.REPORTS_AT_ONCE,
      lockMs: env.JOB_LOCK_MS,
    },
    calls: { returnWithinMs: env.CALLS_RETURN_WITHIN_S * 1_000 },
    outbound: outboundSettings(env),
    lines: { perAgent: env.LINES_PER_AGENT, inAll: env.LINES_IN_ALL },
    providerLimits: env.PROVIDER_LIMITS,
    /** As the api's. */
    prices: env.PRICES,
    /** As the api's: reports are by the model that the call had. */
    providers: providersConfig(env),
  }));

export type WorkerConfig = z.output<typeof workerEnv>;
