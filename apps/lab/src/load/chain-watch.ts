import type { Clock } from '@app/kernel';
import type { Centre } from '../call/centre.js';
import { askMetrics, type ChainCounts } from './api-metrics.js';

/** What became of chains of providers while it was looked. */
export interface ChainFigures extends ChainCounts {
  /** By stage and name: probes beyond one a second, in the worst stretch of time; 0 and below: there were none. */
  probesTooMany: Readonly<Record<string, number>>;
}

export interface ChainLook {
  atMs: number;
  counts: ChainCounts;
}

const LOOK_EVERY_MS = 2_000;

/** Looks at the counters of an api again and again, until it is stopped. An api that does not answer is looked at later. */
export class ChainWatch {
  readonly #looks: ChainLook[] = [];
  readonly #over = new AbortController();
  readonly #done: Promise<void>;

  constructor(
    private readonly centre: Centre,
    private readonly clock: Clock,
  ) {
    this.#done = this.#watch();
  }

  async stop(): Promise<ChainFigures> {
    this.#over.abort();
    await this.#done;
    await this.#look();
    return chainFigures(this.#looks);
  }

  async #watch(): Promise<void> {
    while (!this.#over.signal.aborted) {
      await this.#look();
      await this.clock.sleep(LOOK_EVERY_MS, this.#over.signal).catch(() => undefined); // it is over
    }
  }

  async #look(): Promise<void> {
    const atMs = this.clock.nowMs();
    const metrics = await askMetrics(this.centre).catch(() => undefined); // the next look tells what this one missed
    if (metrics) this.#looks.push({ atMs, counts: metrics.chains });
  }
}

/** @param looks in the order of time */
export function chainFigures(looks: readonly ChainLook[]): ChainFigures {
  const [first, last] = [looks[0]?.counts, looks.at(-1)?.counts];
  const names = Object.keys(last?.probes ?? {});
  return {
    switches: since(first?.switches, last?.switches),
    returns: since(first?.returns, last?.returns),
    probes: since(first?.probes, last?.probes),
    probesTooMany: Object.fromEntries(names.map((name) => [name, tooMany(name, looks)])),
  };
}

const since = (before: Readonly<Record<string, number>> = {}, after: Readonly<Record<string, number>> = {}) =>
  Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - (before[name] ?? 0)]));

const MS_PER_SECOND = 1_000;

/** One a second is n + 1 in n seconds. A count is read some time between two looks' beginnings, so a stretch reaches to the look after it. */
function tooMany(name: string, looks: readonly ChainLook[]): number {
  let worst = 0;
  for (const [from, began] of looks.entries())
    for (const [to, ended] of looks.entries()) {
      if (to <= from) continue;
      const untilMs = looks[to + 1]?.atMs ?? ended.atMs + LOOK_EVERY_MS;
      const seconds = (untilMs - began.atMs) / MS_PER_SECOND;
      const count = (ended.counts.probes[name] ?? 0) - (began.counts.probes[name] ?? 0);
      worst = Math.max(worst, Math.floor(count - seconds - 1));
    }
  return worst;
}
