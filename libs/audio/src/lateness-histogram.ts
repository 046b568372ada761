/** Upper ends of the buckets in ms, a quarter apart: 0.25 ms to 2.4 s, so that a percentile is at most 25 % too high. */
const UPPER_MS: readonly number[] = [...Array.from({ length: 42 }, (_, n) => 0.25 * 1.25 ** n), Infinity];

/** What is known of the lateness up to now; percentiles are the upper ends of their buckets, `maxMs` is exact. */
export interface LatenessSnapshot {
  count: number;
  sumMs: number;
  p50Ms: number;
  p99Ms: number;
  maxMs: number;
}

/** Counts how late things were, in fixed buckets: recording allocates nothing. */
export class LatenessHistogram {
  readonly #counts = new Uint32Array(UPPER_MS.length);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  /** @param lateMs below 0 (early) counts as 0 */
  record(lateMs: number): void {
    const late = lateMs > 0 ? lateMs : 0;
    let bucket = 0;
    while (late > (UPPER_MS[bucket] ?? Infinity)) bucket += 1;
    this.#counts[bucket] = (this.#counts[bucket] ?? 0) + 1;
    this.#count += 1;
    this.#sumMs += late;
    if (late > this.#maxMs) this.#maxMs = late;
  }

  /** All zero when nothing was recorded. */
  snapshot(): LatenessSnapshot {
    return {
      count: this.#count,
      sumMs: this.#sumMs,
      p50Ms: this.#percentile(0.5),
      p99Ms: this.#percentile(0.99),
      maxMs: this.#maxMs,
    };
  }

  /** Starts anew: for figures of a stretch of time. */
  reset(): void {
    this.#counts.fill(0);
    this.#count = this.#sumMs = this.#maxMs = 0;
  }

  #percentile(share: number): number {
    const rank = Math.ceil(this.#count * share);
    let seen = 0;
    for (let bucket = 0; bucket < UPPER_MS.length && rank > 0; bucket += 1) {
      seen += this.#counts[bucket] ?? 0;
      if (seen >= rank) return Math.min(UPPER_MS[bucket] ?? Infinity, this.#maxMs);
    }
    return 0;
  }
}
