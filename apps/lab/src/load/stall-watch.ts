import type { Cancel, Clock } from '@app/kernel';

const LOOK_EVERY_MS = 10;
/** As with a caller's frames: what is a whole frame late was held up by this machine. */
const STALLED_MS = 20;

/** Times by whether this process stood still meanwhile: then what it timed need not have taken so long. */
export interface Timed {
  onTimeMs: number[];
  stalledMs: number[];
}

/** Takes down how long things took, and when this process stood still. */
export class StallWatch {
  readonly #stalls: { fromMs: number; toMs: number }[] = [];
  readonly #taken: { fromMs: number; toMs: number }[] = [];
  #next: Cancel | undefined;

  constructor(private readonly clock: Clock) {
    this.#look(clock.nowMs());
  }

  /** @returns to be called when it is done */
  begin(): () => void {
    const fromMs = this.clock.nowMs();
    return () => void this.#taken.push({ fromMs, toMs: this.clock.nowMs() });
  }

  /** All that was timed; judged now, since a stall is noticed only after it. */
  stop(): Timed {
    this.#next?.();
    const timed: Timed = { onTimeMs: [], stalledMs: [] };
    for (const { fromMs, toMs } of this.#taken) {
      const stalled = this.#stalls.some((stall) => stall.fromMs < toMs && fromMs < stall.toMs);
      timed[stalled ? 'stalledMs' : 'onTimeMs'].push(toMs - fromMs);
    }
    return timed;
  }

  #look(lastMs: number): void {
    this.#next = this.clock.after(LOOK_EVERY_MS, () => {
      const nowMs = this.clock.nowMs();
      const dueMs = lastMs + LOOK_EVERY_MS;
      if (nowMs - dueMs > STALLED_MS) this.#stalls.push({ fromMs: dueMs, toMs: nowMs });
      this.#look(nowMs);
    });
  }
}
