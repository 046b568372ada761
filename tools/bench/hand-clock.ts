import type { Cancel, Clock } from '@app/kernel';

/** Time that is moved by hand, within one turn of the event loop: what it costs is only what it calls. */
export class HandClock implements Clock {
  readonly #waiting = new Set<{ dueMs: number; task: () => void }>();
  #nowMs = 0;

  nowMs = (): number => this.#nowMs;
  date = (): Date => new Date(0);
  sleep = (delayMs: number): Promise<void> =>
    delayMs <= 0 ? Promise.resolve() : new Promise((resolve) => this.after(delayMs, resolve));

  after(delayMs: number, task: () => void): Cancel {
    const timer = { dueMs: this.#nowMs + Math.max(0, delayMs), task };
    this.#waiting.add(timer);
    return () => void this.#waiting.delete(timer);
  }

  /** So much time passes; all that is due in it is called, in order. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#next(untilMs); next; next = this.#next(untilMs)) {
      this.#waiting.delete(next);
      this.#nowMs = Math.max(this.#nowMs, next.dueMs);
      next.task();
    }
    this.#nowMs = untilMs;
  }

  #next(untilMs: number): { dueMs: number; task: () => void } | undefined {
    let first: { dueMs: number; task: () => void } | undefined;
    for (const timer of this.#waiting)
      if (timer.dueMs <= untilMs && (!first || timer.dueMs < first.dueMs)) first = timer;
    return first;
  }
}
