import { LOG_LEVELS } from '@app/boot';
import { z } from 'zod';

const url = (...protocols: string[]) =>
  z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`), error: `is not a ${protocols.join(' or ')} address` });

/** What this process needs to be told. SHOUTING names stop here. */
export const workerEnv = z
  .object({
    DATABASE_URL: url('postgres', 'postgresql'),
    REDIS_URL: url('redis', 'rediss'),
    LOG_LEVEL: z.enum(LOG_LEVELS).default('info'),
    FINISH_CALLS_AT_ONCE: z.coerce.number().int().min(1).max(64).default(4),
    JOB_LOCK_MS: z.coerce
      .number()
      .int()
      .min(1_000)
      .max(600_000)
      .default(15_000)
      .describe('a job whose worker is not heard of for so long goes to another'),
  })
  .transform((env) => ({
    postgres: { url: env.DATABASE_URL },
    redis: { url: env.REDIS_URL },
    log: { level: env.LOG_LEVEL },
    jobs: { finishCallsAtOnce: env.FINISH_CALLS_AT_ONCE, lockMs: env.JOB_LOCK_MS },
  }));

export type WorkerConfig = z.output<typeof workerEnv>;
