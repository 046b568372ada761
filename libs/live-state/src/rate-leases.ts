import { StoreError } from '@app/conversation/ports';
import { type Clock, LatestMap } from '@app/kernel';
import type { RateLease, RateLimit, RateLimits, RateVerdict } from './rate-limits.js';

/** From this age on, what is known of a count is looked up again while it is still gone by. */
const FRESH_MS = 1_000;
/** What is older is waited for: whoever asks seldom is told the count as it is. */
const TRUST_MS = 5_000;
/** The most that is taken at once, of what is left: so much of a limit may lie unused at one process. */
const MOST_SHARE = 1 / 100;
/** Askers; whoever was heard of first is forgotten first, and with them what was taken for them. */
const MOST_ASKERS = 1_000;

/** What was taken for one asker and is not used yet. */
interface Held {
  count: number;
  /** How much was taken at once the last time. */
  portion: number;
  /** Of the limit, beside what anybody took. */
  remaining: number;
  endsMs: number;
  sinceMs: number;
}

/**
 * A limit of all processes, counted without a wait for those who ask often: their requests are taken from Redis in
 * portions before they come, and counted here one by one. A portion is one at first, and doubles when it is used
 * up, to a hundredth of what is left. No more is ever allowed than the limit; what one process took and did not use is
 * refused elsewhere.
 */
export class RateLeases {
  readonly #held = new LatestMap<string, Held>(MOST_ASKERS);
  readonly #asking = new Map<string, Promise<void>>();
  /** How many wait for a portion, by name. */
  readonly #waiting = new Map<string, number>();

  constructor(
    private readonly rates: Pick<RateLimits, 'lease'>,
    private readonly limit: RateLimit,
    private readonly clock: Clock,
  ) {}

  /** Counts once. @throws StoreError */
  async take(name: string): Promise<RateVerdict> {
    return this.#use(name) ?? this.#waitFor(name);
  }

  /** Undefined where too little is known to decide; that nothing is left at all is known too. */
  #use(name: string): RateVerdict | undefined {
    const held = this.#held.get(name);
    const nowMs = this.clock.nowMs();
    if (!held || nowMs >= held.endsMs || nowMs - held.sinceMs >= TRUST_MS) return undefined;
    const allowed = held.count > 0;
    if (!allowed && held.remaining > 0) return undefined;
    if (allowed) held.count -= 1;
    if (this.#isRunningOut(held)) this.#askBehind(name);
    return { allowed, remaining: held.remaining + held.count, resetMs: held.endsMs - nowMs };
  }

  #isRunningOut({ count, portion, remaining, sinceMs }: Held): boolean {
    if (remaining === 0 || portion === 1) return false;
    return count < portion / 2 || this.clock.nowMs() - sinceMs >= FRESH_MS;
  }

  /** Told to whoever has to wait for it. */
  #askBehind(name: string): void {
    this.#ask(name).catch((error: unknown) => {
      if (!(error instanceof StoreError)) throw error;
    });
  }

  async #waitFor(name: string): Promise<RateVerdict> {
    this.#waiting.set(name, (this.#waiting.get(name) ?? 0) + 1);
    try {
      for (;;) {
        await this.#ask(name);
        const verdict = this.#use(name);
        if (verdict) return verdict;
      }
    } finally {
      const others = (this.#waiting.get(name) ?? 1) - 1;
      if (others > 0) this.#waiting.set(name, others);
      else this.#waiting.delete(name);
    }
  }

  /** One question at a time about each. */
  #ask(name: string): Promise<void> {
    const asked = this.#asking.get(name);
    if (asked) return asked;
    const asking = this.#renew(name).finally(() => this.#asking.delete(name));
    this.#asking.set(name, asking);
    return asking;
  }

  async #renew(name: string): Promise<void> {
    const { rates, limit } = this;
    const sinceMs = this.clock.nowMs();
    const before = this.#held.get(name);
    const known = before && sinceMs < before.endsMs ? before : undefined;
    const portion = this.#portionAfter(known);
    const wanted = Math.max(portion - (known?.count ?? 0), this.#waiting.get(name) ?? 0);
    const lease = await rates.lease(name, limit, wanted);
    this.#keep(name, lease, { portion, sinceMs });
  }

  /** Doubled where the last one was used, and never more than its share. */
  #portionAfter(known: Held | undefined): number {
    if (!known) return 1;
    const wished = known.count < known.portion / 2 ? known.portion * 2 : known.portion;
    return Math.max(1, Math.min(wished, Math.floor(known.remaining * MOST_SHARE)));
  }

  #keep(name: string, { granted, remaining, resetMs }: RateLease, of: { portion: number; sinceMs: number }): void {
    const endsMs = this.clock.nowMs() + resetMs;
    const before = this.#held.get(name);
    // what was taken in a window before this one is over with it
    const isSame = before !== undefined && endsMs - before.endsMs < this.limit.windowMs / 2;
    this.#held.set(name, { ...of, count: granted + (isSame ? before.count : 0), remaining, endsMs });
  }
}
