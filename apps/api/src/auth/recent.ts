import type { Clock } from '@app/kernel';

/** What was taken away works for so long at most, on each node. */
const TRUST_MS = 10_000;
const MOST = 1_000;

/** What was found a moment ago. Nothing found is not remembered. */
export class Recent<Value> {
  readonly #known = new Map<string, { value: Value; untilMs: number }>();

  constructor(private readonly clock: Clock) {}

  async get(name: string, find: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const known = this.#known.get(name);
    if (known && known.untilMs > this.clock.nowMs()) return known.value;
    const value = await find();
    this.#known.delete(name);
    if (value !== undefined) this.#remember(name, value);
    return value;
  }

  delete(name: string): void {
    this.#known.delete(name);
  }

  #remember(name: string, value: Value): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(name, { value, untilMs: this.clock.nowMs() + TRUST_MS });
  }
}
