import { readFileSync } from 'node:fs';
import { OperationalError } from '@app/kernel';
import { parse } from 'yaml';
import { z } from 'zod';
import { type Random, seededRandom } from '../seeded-random.js';

const spread = z.strictObject({ p50: z.number().min(0), p95: z.number().min(0), source: z.string() });
const profile = z.strictObject({
  recogniser: z.strictObject({ final: spread, interim: spread }),
  model: z.strictObject({ firstToken: spread, token: spread }),
  voice: z.strictObject({ firstAudio: spread, chunk: spread }),
});
const file = z.record(z.string(), profile);

export type Spread = z.output<typeof spread>;
export type LatencyProfile = z.output<typeof profile>;

/** The file of latencies is not what it should be. */
export class LatencyError extends OperationalError {
  readonly code = 'lab.latencies';
  readonly retryable = false;
}

/** @throws LatencyError that names the file, the place and what is wrong there */
export function readLatencies(path: string, name: string): LatencyProfile {
  const read = file.safeParse(parse(readFileSync(path, 'utf8')));
  if (!read.success) throw new LatencyError(`${path}: ${z.prettifyError(read.error)}`);
  const found = read.data[name];
  if (!found) throw new LatencyError(`${path} has no profile ${name}: there are ${Object.keys(read.data).join(', ')}`);
  return found;
}

/** 95 % of a normal distribution lie below so many standard deviations above its middle. */
const P95_DEVIATIONS = 1.6449;

/** Draws waits, the same ones for the same seed. */
export class Waits {
  readonly #random: Random;

  constructor(seed: number) {
    this.#random = seededRandom(seed);
  }

  /** One wait in ms, log-normal through p50 and p95, and never more than twice the p95. */
  draw({ p50, p95 }: Spread): number {
    if (p50 === 0) return 0;
    const deviation = Math.log(Math.max(1, p95 / p50)) / P95_DEVIATIONS;
    return Math.min(2 * p95, p50 * Math.exp(deviation * this.#normal()));
  }

  /** Box and Muller, 1958. */
  #normal(): number {
    const [u, v] = [1 - this.#random(), this.#random()];
    return Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
  }
}
