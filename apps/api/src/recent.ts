import { type Clock, LatestMap } from '@app/kernel';

/** What was taken away works for so long at most, on each node. */
const TRUST_MS = 10_000;
/** From this age on, what is asked for is looked up again while it is still answered: nobody who asks often ever waits. */
const FRESH_MS = 5_000;
const MOST = 1_000;

/** What was found a moment ago. Nothing found is not remembered; what many ask for at once is looked up once. */
export class Recent<Value> {
  readonly #known = new LatestMap<string, { value: Value; sinceMs: number }>(MOST);
  readonly #asking = new Map<string, Promise<Value | undefined>>();

  constructor(private readonly clock: Clock) {}

  /** Throws what `find` throws, but not while the last answer is still trusted. */
  get(name: string, find: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const known = this.#known.get(name);
    const ageMs = known ? this.clock.nowMs() - known.sinceMs : Infinity;
    if (!known || ageMs >= TRUST_MS) return this.#find(name, find);
    if (ageMs >= FRESH_MS) this.#find(name, find).catch(() => undefined); // told to whoever asks when trust has ended
    return Promise.resolve(known.value);
  }

  /** What is being looked up now is not remembered either: it may be as it was before. */
  forget(isGone: (value: Value) => boolean): void {
    for (const [name, { value }] of this.#known) if (isGone(value)) this.#known.delete(name);
    this.#asking.clear();
  }

  #find(name: string, find: () => Promise<Value | undefined>): Promise<Value | undefined> {
    const asked = this.#asking.get(name);
    if (asked) return asked;
    const sinceMs = this.clock.nowMs();
    const asking = find().then(
      (value) => {
        if (this.#isStillAsked(name, asking)) this.#remember(name, value, sinceMs);
        return value;
      },
      (error: unknown) => {
        this.#isStillAsked(name, asking);
        throw error;
      },
    );
    this.#asking.set(name, asking);
    return asking;
  }

  #isStillAsked(name: string, asking: Promise<Value | undefined>): boolean {
    return this.#asking.get(name) === asking && this.#asking.delete(name);
  }

  /** True from when it was asked for: it may have changed before the answer came. */
  #remember(name: string, value: Value | undefined, sinceMs: number): void {
    if (value === undefined) this.#known.delete(name);
    else this.#known.set(name, { value, sinceMs });
  }
}
