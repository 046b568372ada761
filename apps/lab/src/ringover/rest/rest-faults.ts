import { z } from 'zod';

export const restFault = z.strictObject({
  /**
   * `status`: refused before anything is done. `cut`, `hang`: nothing is done, and nobody is told. `done-then-cut`,
   * `done-then-hang`: it is done, and the answer never comes.
   */
  kind: z.enum(['status', 'cut', 'hang', 'done-then-cut', 'done-then-hang']),
  /** Of `status`. */
  status: z.int().min(400).max(599).default(500),
  /** Only below this path, such as `/callback`. */
  path: z.string().default('/'),
  times: z.int().min(1).max(100_000).default(1),
});
export type RestFault = z.output<typeof restFault>;

/** What the interface is to do wrong, next. */
export class RestFaults {
  readonly #waiting: RestFault[] = [];

  add(fault: RestFault): void {
    this.#waiting.push({ ...fault });
  }

  clear(): void {
    this.#waiting.length = 0;
  }

  take(path: string): RestFault | undefined {
    const next = this.#waiting.find((fault) => path.startsWith(fault.path));
    if (!next) return undefined;
    next.times -= 1;
    if (next.times === 0) this.#waiting.splice(this.#waiting.indexOf(next), 1);
    return next;
  }
}
