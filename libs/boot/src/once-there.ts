import { type Clock, OperationalError } from '@app/kernel';
import type { Logger } from './logger.js';

export interface Patience {
  clock: Clock;
  log: Logger;
  /** No attempt begins later than this. */
  withinMs?: number;
}

/** As long as a PostgreSQL that was killed may need to read its log before it lets anybody in. */
const WITHIN_MS = 30_000;
const PAUSE_MS = 500;

/**
 * Opens what a process cannot start without, which may come up after it, or be busy starting with it: a failure that may
 * pass is logged, and it is tried again. @throws what the last attempt did, and at once what trying again would not mend
 */
export async function onceThere<Opened>(
  open: () => Promise<Opened>,
  { clock, log, withinMs = WITHIN_MS }: Patience,
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
