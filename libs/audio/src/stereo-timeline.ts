import { type SampleRateHz, samplesIn } from './audio-frame.js';

/** The channel of a WAV file: left, right. */
export type Side = 0 | 1;

/**
 * The last seconds of two voices, each sample at its own time, as 16-bit stereo: what is put is copied once, where nothing
 * was put is silence. Places are counted in samples of one channel, from the beginning. Memory is taken once.
 */
export class StereoTimeline {
  readonly #ring: Int16Array;
  readonly #length: number;
  /** The earliest place that is kept. */
  #from = 0;

  /** @param keptMs how much may lie between the earliest place that is not released and the latest that is put */
  constructor(rateHz: SampleRateHz, keptMs: number) {
    this.#length = samplesIn(keptMs, rateHz);
    this.#ring = new Int16Array(this.#length * 2);
  }

  get from(): number {
    return this.#from;
  }

  /** What lies before the earliest place is dropped. False, and nothing is put, when it reaches too far ahead. */
  put(side: Side, at: number, samples: Int16Array): boolean {
    if (at + samples.length > this.#from + this.#length) return false;
    const first = Math.max(0, this.#from - at);
    let index = ((at + first) % this.#length) * 2 + side;
    for (let n = first; n < samples.length; n += 1) {
      this.#ring[index] = samples[n] ?? 0;
      index += 2;
      if (index >= this.#ring.length) index = side;
    }
    return true;
  }

  /** Makes silent what was put from here on. */
  silence(side: Side, at: number, to: number): void {
    for (let place = Math.max(at, this.#from); place < to; place += 1)
      this.#ring[(place % this.#length) * 2 + side] = 0;
  }

  /** From the earliest place on, up to `to` or to where the memory ends: a view, good until it is released. */
  peek(to: number): Uint8Array {
    const start = this.#from % this.#length;
    const count = Math.max(0, Math.min(to - this.#from, this.#length - start));
    return new Uint8Array(this.#ring.buffer, start * 4, count * 4);
  }

  /** Forgets so many places, from the earliest on. */
  release(count: number): void {
    const start = (this.#from % this.#length) * 2;
    this.#ring.fill(0, start, start + count * 2);
    this.#from += count;
  }
}
