/** One piece of the hot path. */
export interface BenchCase {
  /** What is done, for which one thing the figures are given, such as `decode µ-law`. */
  name: string;
  /** What one figure is of: 20 ms of one call, one message of sound, one message of a vendor's, one tick of a track. */
  per: 'frame' | 'chunk' | 'message' | 'tick';
  begin(): Promise<Running>;
}

/** A case that is set up. */
export interface Running {
  /** Does it so many times. */
  run(times: number): void | Promise<void>;
  /** How many of `per` are done each time. */
  units: number;
  end(): void | Promise<void>;
}

/** A case that is a function and needs no setting up. */
export const plain = (name: string, per: BenchCase['per'], once: () => unknown): BenchCase => ({
  name,
  per,
  begin: () => Promise.resolve({ run: (times) => repeat(times, once), units: 1, end: () => undefined }),
});

export function repeat(times: number, once: () => unknown): void {
  for (let n = 0; n < times; n += 1) once();
}

/** A voice-like tone: so many samples, none of them silent for long. */
export const tone = (samples: number): Int16Array =>
  Int16Array.from({ length: samples }, (_, n) => 6_000 * Math.sin(n / 5) * Math.sin(n / 999));
