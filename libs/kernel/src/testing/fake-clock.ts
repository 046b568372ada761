import type { Cancel, Clock } from '../clock.js';

interface Due {
  dueMs: number;
  wake: () => void;
}

/** Time that moves only when a test says so: a five-minute call runs in milliseconds, the same way each time. */
export class FakeClock implements Clock {
  #nowMs = 0;
  readonly #waiting = new Set<Due>();

  nowMs = () => this.#nowMs;
  date = () => new Date(this.#nowMs);

  sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason as Error);
    if (delayMs <= 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const cancel = this.after(delayMs, () => {
        signal?.removeEventListener('abort', giveUp);
        resolve();
      });
      const giveUp = () => {
        cancel();
        reject(signal?.reason as Error);
      };
      signal?.addEventListener('abort', giveUp, { once: true });
    });
  }

  after(delayMs: number, task: () => void): Cancel {
    const due = { dueMs: this.#nowMs + Math.max(0, delayMs), wake: task };
    this.#waiting.add(due);
    return () => this.#waiting.delete(due);
  }

  /** How many timers and sleepers wait: a test that ends with any has a leak. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Wakes, in order of time, all that falls due on the way, and lets its code run before the next. */
  async advance(byMs: number): Promise<void> {
    const untilMs = this.#nowMs + byMs;
    await settle();
    for (let next = this.#nextDue(untilMs); next; next = this.#nextDue(untilMs)) {
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      this.#waiting.delete(next);
      next.wake();
      await settle();
    }
    this.#nowMs = untilMs;
  }

  #nextDue(untilMs: number): Due | undefined {
    let next: Due | undefined;
    for (const due of this.#waiting) if (due.dueMs <= untilMs && (!next || due.dueMs < next.dueMs)) next = due;
    return next;
  }
}

/** Lets everything go on that can go on without time passing. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
