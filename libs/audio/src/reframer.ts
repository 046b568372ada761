import { FRAME_MS, type SampleRateHz, samplesIn } from './audio-frame.js';

/** Cuts sound that comes in pieces of any size into frames of exactly 20 ms, in order. */
export class Reframer {
  readonly #frame: Int16Array;
  #filled = 0;

  /** @param onFrame gets the same array each time: copy what must outlive the call */
  constructor(
    rateHz: SampleRateHz,
    private readonly onFrame: (frame: Int16Array) => void,
  ) {
    this.#frame = new Int16Array(samplesIn(FRAME_MS, rateHz));
  }

  /** Samples that wait for the rest of their frame. */
  get waiting(): number {
    return this.#filled;
  }

  push(samples: Int16Array): void {
    const frame = this.#frame;
    for (let from = 0; from < samples.length;) {
      const take = Math.min(frame.length - this.#filled, samples.length - from);
      for (let n = 0; n < take; n += 1) frame[this.#filled + n] = samples[from + n] ?? 0;
      this.#filled += take;
      from += take;
      if (this.#filled === frame.length) this.#emit();
    }
  }

  /** Fills the frame that waits with silence and gives it out; nothing when none waits. */
  flush(): void {
    if (this.#filled === 0) return;
    this.#frame.fill(0, this.#filled);
    this.#emit();
  }

  /** Drops what waits. */
  clear(): void {
    this.#filled = 0;
  }

  #emit(): void {
    this.#filled = 0;
    this.onFrame(this.#frame);
  }
}
