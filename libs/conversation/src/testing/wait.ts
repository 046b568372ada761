import type { Clock } from '@app/kernel';

/** Waits, also for ever (`Infinity`, which no timer takes). @throws the signal's reason, as soon as it aborts */
export function wait(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  if (delayMs < Infinity) return clock.sleep(delayMs, signal);
  return new Promise((_, reject) => {
    const giveUp = () => reject(signal?.reason as Error);
    if (signal?.aborted) giveUp();
    else signal?.addEventListener('abort', giveUp, { once: true });
  });
}
