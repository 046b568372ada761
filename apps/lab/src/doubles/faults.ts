import { z } from 'zod';

export const FAULTED = ['recogniser', 'model', 'voice'] as const;

/** What a double does instead of its work; told over the control API. */
export const fault = z.strictObject({
  double: z.enum(FAULTED),
  kind: z.enum(['hang', 'trickle', 'half-close', 'status', 'malformed', 'empty']),
  /** Of `status`. */
  status: z.number().int().min(400).max(599).default(500),
  /** So many times; then all is well again. */
  times: z.number().int().min(1).max(100_000).default(1),
});
export type Fault = z.output<typeof fault>;

/** The faults that wait to happen. */
export class Faults {
  readonly #waiting: Fault[] = [];

  add(next: Fault): void {
    this.#waiting.push({ ...next });
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  /** The fault that this double is to show now, once for each call of this. */
  take(double: Fault['double']): Fault | undefined {
    const next = this.#waiting.find((waiting) => waiting.double === double);
    if (!next) return undefined;
    next.times -= 1;
    if (next.times === 0) this.#waiting.splice(this.#waiting.indexOf(next), 1);
    return next;
  }
}
