import type { Metrics } from '@app/boot';
import { type LogEntry, UsageBook } from '@app/conversation';
import type { CallUsage } from '@app/conversation/ports';
import type { PriceList } from '@app/providers';

/** Reads off a call's log, as it is written, what providers cost, for `/metrics`. One for one call. */
export class CostMeter {
  readonly #book = new UsageBook((usage) => this.#tell(usage));

  /** @param day of the call, `YYYY-MM-DD` */
  constructor(
    private readonly metrics: Pick<Metrics, 'providerCost' | 'providerUnpriced'>,
    private readonly prices: Pick<PriceList, 'usdOf'>,
    private readonly day: string,
  ) {}

  /** Does not throw. */
  readonly take = (entry: LogEntry): void => this.#book.take(entry);

  /** The call is over: what is still open is told as it stands. */
  finish(): void {
    this.#book.finish();
  }

  #tell({ usage, waste }: CallUsage): void {
    const usd = this.prices.usdOf(usage, this.day);
    if (usd === undefined) this.metrics.providerUnpriced(usage.stage, usage.provider);
    else this.metrics.providerCost(usage.stage, usage.provider, waste ?? 'none', usd);
  }
}
