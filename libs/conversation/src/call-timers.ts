import type { Cancel, Clock } from '@app/kernel';
import type { TimerName } from './log/input.js';

/** The timers of one call: at most one of each name. */
export class CallTimers {
  readonly #timers = new Map<TimerName, Cancel>();

  /** @param callMs now, on the call's clock */
  constructor(
    private readonly clock: Clock,
    private readonly callMs: () => number,
    private readonly tell: (timer: TimerName) => void,
  ) {}

  /** The system's timers fire up to a millisecond early; nobody is told before the time. */
  set(timer: TimerName, dueMs: number): void {
    this.cancel(timer);
    const task = () => {
      if (this.callMs() < dueMs) return this.set(timer, dueMs);
      this.#timers.delete(timer);
      this.tell(timer);
    };
    this.#timers.set(timer, this.clock.after(Math.ceil(dueMs - this.callMs()), task));
  }

  cancel(timer: TimerName): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
  }

  close(): void {
    for (const timer of [...this.#timers.keys()]) this.cancel(timer);
  }
}
