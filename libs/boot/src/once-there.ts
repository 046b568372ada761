import { type Clock, OperationalError } from '@app/kernel';
import { z } from 'zod';
import type { Logger } from './logger.js';

export interface Patience {
  clock: Clock;
  log: Logger;
  /** No attempt begins later than this. */
  withinMs: number;
}

/** As long as a PostgreSQL that was killed may need to read its log before it lets anybody in. */
const WITHIN_S = 30;
const PAUSE_MS = 500;

/** Of every process that has stores. */
export const STORES_VARIABLE = {
  STORES_WITHIN_S: z.coerce
    .number()
    .int()
    .min(0)
    .max(600)
    .default(WITHIN_S)
    .describe('how long a start waits for Postgres and Redis to answer'),
};

/**
 * Opens what a process cannot start without, which may come up after it, or be busy starting with it: a failure that may
 * pass is logged, and it is tried again. @throws what the last attempt did, and at once what trying again would not mend
 */
export async function onceThere<Opened>(
  open: () => Promise<Opened>,
  { clock, log, withinMs }: Patience,
): Promise<Opened> {
  for (const lastMs = clock.nowMs() + withinMs; ;) {
    try {
      return await open();
    } catch (error) {
      if (!(error instanceof OperationalError) || !error.retryable || clock.nowMs() >= lastMs) throw error;
      log.warn({ code: error.code, why: error.message }, 'not there yet; trying again');
    }
    await clock.sleep(PAUSE_MS);
  }
}
