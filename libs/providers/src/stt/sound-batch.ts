/** Gathers sound into messages of one length, and copies it. On the hot path: it makes nothing. */
export class SoundBatch {
  #filled = 0;

  /**
   * @param batch as long as a message is to be; used again for each
   * @param send told a part of `batch`, which changes when it returns
   */
  constructor(
    private readonly batch: Int16Array,
    private readonly send: (samples: Int16Array) => void,
  ) {}

  push(samples: Int16Array): void {
    let taken = 0;
    while (samples.length - taken > this.batch.length - this.#filled) {
      const room = this.batch.length - this.#filled;
      this.batch.set(samples.subarray(taken, taken + room), this.#filled);
      this.#filled += room;
      taken += room;
      this.flush();
    }
    this.batch.set(taken === 0 ? samples : samples.subarray(taken), this.#filled);
    this.#filled += samples.length - taken;
    if (this.#filled === this.batch.length) this.flush();
  }

  /** Sends what is there, if anything. */
  flush(): void {
    if (this.#filled === 0) return;
    const length = this.#filled;
    this.#filled = 0;
    this.send(this.batch.subarray(0, length));
  }
}
