import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';

const SAMPLE_MS = 10;
const NS_PER_MS = 1e6;

/** How late this process is with everything. Sampled by Node itself, off the JavaScript heap. */
export class EventLoopLag {
  readonly #delays: IntervalHistogram = monitorEventLoopDelay({
    resolution: SAMPLE_MS,
  });

  constructor() {
    this.#delays.enable();
  }

  /** Since the last time it was taken. Zero when the loop was never late, or not sampled yet. */
  take(): { p50Ms: number; p99Ms: number; maxMs: number } {
    const [p50Ms, p99Ms, maxMs] = [this.#delays.percentile(50), this.#delays.percentile(99), this.#delays.max].map(
      lateMs,
    );
    this.#delays.reset();
    return { p50Ms: p50Ms ?? 0, p99Ms: p99Ms ?? 0, maxMs: maxMs ?? 0 };
  }

  close(): void {
    this.#delays.disable();
  }
}

/** A sample holds its own interval too. */
const lateMs = (ns: number): number => Math.max(0, ns / NS_PER_MS - SAMPLE_MS) || 0;
