import type { Metrics } from '@app/boot';
import { type LogEntry, UsageBook } from '@app/conversation';
import type { CallUsage } from '@app/conversation/ports';
import type { PriceList } from '@app/providers';

/** What is priced, and where it is told. */
export interface CostTold {
  metrics: Pick<Metrics, 'providerCost' | 'providerUnpriced'>;
  prices: Pick<PriceList, 'usdOf'>;
  /** Of the call, `YYYY-MM-DD`. */
  day: string;
}

/** Tells `/metrics` what one request to a provider cost. */
export function tellCost({ usage, waste }: CallUsage, { metrics, prices, day }: CostTold): void {
  const usd = prices.usdOf(usage, day);
  if (usd === undefined) metrics.providerUnpriced(usage.stage, usage.provider);
  else metrics.providerCost(usage.stage, usage.provider, waste ?? 'none', usd);
}

/** Reads off a call's log, as it is written, what providers cost, for `/metrics`. One for one call. */
export class CostMeter {
  readonly #book: UsageBook;

  constructor(told: CostTold) {
    this.#book = new UsageBook((usage) => tellCost(usage, told));
  }

  /** Does not throw. */
  readonly take = (entry: LogEntry): void => this.#book.take(entry);

  /** The call is over: what is still open is told as it stands. */
  finish(): void {
    this.#book.finish();
  }
}
