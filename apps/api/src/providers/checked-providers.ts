import type { Clock } from '@app/kernel';
import type { ProviderCheck } from '@app/providers';

/** So long an answer stands, whoever asks: vendors are asked at most so often by this process. */
const FRESH_MS = 60_000;

export interface Checked {
  checkedAt: Date;
  /** Until vendors are asked again. */
  freshForMs: number;
  checks: readonly ProviderCheck[];
}

/** What vendors answered last. They are asked when somebody wants to know, once for all who do, and not again for a minute. */
export class CheckedProviders {
  #last: { checkedAt: Date; beganMs: number; checks: Promise<readonly ProviderCheck[]> } | undefined;

  /** @param ask every configured vendor; it is bounded in time, and never rejects */
  constructor(
    private readonly ask: () => Promise<readonly ProviderCheck[]>,
    private readonly clock: Clock,
  ) {}

  async tell(): Promise<Checked> {
    const last = this.#fresh() ?? this.#begin();
    const checks = await last.checks;
    const freshForMs = Math.max(0, last.beganMs + FRESH_MS - this.clock.nowMs());
    return { checkedAt: last.checkedAt, freshForMs, checks };
  }

  #fresh() {
    return this.#last && this.clock.nowMs() - this.#last.beganMs < FRESH_MS ? this.#last : undefined;
  }

  #begin() {
    this.#last = { checkedAt: this.clock.date(), beganMs: this.clock.nowMs(), checks: this.ask() };
    return this.#last;
  }
}
