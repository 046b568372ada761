import { FRAME_MS } from '@app/audio';
import type { Cancel, Clock } from '@app/kernel';

/**
 * Calls `frame` for each 20 ms of sound, at the moment when its last sample has been spoken: frame n at `(n + 1) × 20` ms
 * after it was made. Deadlines are absolute; after a stall the missed frames go at once, so that none is lost.
 */
export class FramePump {
  readonly #startedMs: number;
  #sent = 0;
  #worstLatenessMs = 0;
  #cancel: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly frame: (index: number) => void,
  ) {
    this.#startedMs = clock.nowMs();
    this.#schedule();
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** The most that a frame was behind its deadline: what this machine, not the api, did to the caller's sound. */
  get worstLatenessMs(): number {
    return this.#worstLatenessMs;
  }

  #schedule(): void {
    this.#cancel = this.clock.after(this.#dueMs() - this.clock.nowMs(), () => {
      this.#worstLatenessMs = Math.max(this.#worstLatenessMs, this.clock.nowMs() - this.#dueMs());
      this.#sent += 1;
      this.frame(this.#sent - 1);
      if (this.#cancel) this.#schedule();
    });
  }

  #dueMs(): number {
    return this.#startedMs + (this.#sent + 1) * FRAME_MS;
  }
}
