/** The caller's sound that nobody has settled yet, as far as it is kept, so that somebody else can hear it too. */
export class RecentSound {
  readonly #ring: Int16Array;
  #written = 0;
  #from = 0;

  /** @param samples the most that is kept */
  constructor(samples: number) {
    this.#ring = new Int16Array(samples);
  }

  /** Samples since the beginning. */
  get written(): number {
    return this.#written;
  }

  /** The first that is kept, counted from the beginning. */
  get from(): number {
    return Math.max(this.#from, this.#written - this.#ring.length);
  }

  /** On the hot path. Copies. */
  write(samples: Int16Array): void {
    const { length } = this.#ring;
    const kept = samples.length > length ? samples.subarray(samples.length - length) : samples;
    const at = (this.#written + samples.length - kept.length) % length;
    const room = length - at;
    if (kept.length <= room) this.#ring.set(kept, at);
    else {
      this.#ring.set(kept.subarray(0, room), at);
      this.#ring.set(kept.subarray(room), 0);
    }
    this.#written += samples.length;
  }

  /** What is before needs nobody any more. Counted from the beginning; never goes back. */
  forgetBefore(sample: number): void {
    this.#from = Math.min(this.#written, Math.max(this.#from, sample));
  }

  /** All that is kept, in order; a copy. */
  kept(): Int16Array {
    const { from } = this;
    const kept = new Int16Array(this.#written - from);
    const at = from % this.#ring.length;
    const first = this.#ring.subarray(at, Math.min(this.#ring.length, at + kept.length));
    kept.set(first);
    kept.set(this.#ring.subarray(0, kept.length - first.length), first.length);
    return kept;
  }
}
