import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';

/** Undoes what it was given for; does nothing the second time. */
export type Cancel = () => void;

/** The only way this codebase learns the time or waits; lint forbids Date.now and setTimeout elsewhere. */
export interface Clock {
  /** Milliseconds on a scale that never goes backwards; only differences mean anything. */
  nowMs(): number;
  /** Wall-clock time, for rows and log lines; never for measuring. */
  date(): Date;
  /** Resolves after `delayMs`, at once when that is 0 or less. @throws the signal's reason, as soon as it aborts. */
  sleep(delayMs: number, signal?: AbortSignal): Promise<void>;
  /** Runs `task` once, after `delayMs` (never before this returns). A `task` that throws is a bug of its owner. */
  after(delayMs: number, task: () => void): Cancel;
}

export const systemClock: Clock = {
  nowMs: () => performance.now(),
  date: () => new Date(),
  async sleep(delayMs, signal) {
    signal?.throwIfAborted();
    if (delayMs <= 0) return;
    try {
      await wait(delayMs, undefined, signal && { signal });
    } catch (error) {
      signal?.throwIfAborted(); // Node throws an AbortError of its own and hides the reason inside
      throw error;
    }
  },
  after(delayMs, task) {
    const timer = setTimeout(task, Math.max(0, delayMs));
    return () => clearTimeout(timer);
  },
};
