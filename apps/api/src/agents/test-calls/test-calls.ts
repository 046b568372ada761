import type { Metrics } from '@app/boot';
import {
  type CallSettings,
  type CallUsage,
  type CostTotal,
  costTotalOf,
  type FunctionRunner,
  ProviderError,
  type ProviderUsage,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { type PriceList, type ProviderChains, UnknownProvider } from '@app/providers';
import { tellCost } from '../../calls/cost/cost-meter.js';
import { Problem } from '../../http/problem.js';
import { Rehearsal, type RehearsedEnd, type RehearsedTurn } from './rehearsal.js';

export interface TestCallsParts {
  chains: Pick<ProviderChains, 'of'>;
  functionsFor: (settings: CallSettings) => FunctionRunner;
  prices: Pick<PriceList, 'costOf' | 'usdOf'>;
  metrics: Pick<Metrics, 'providerCost' | 'providerUnpriced'>;
  clock: Clock;
}

/** What came of one. */
export interface TestCall {
  turns: readonly RehearsedTurn[];
  end: RehearsedEnd;
  cost: CostTotal;
}

const MOST_MS = 30_000;
/** In this process: they take the time of providers that callers need. */
const MOST_AT_ONCE = 2;

/** Lets an agent answer lines in writing, through the models that its calls have. No sound is made, and nothing is changed. */
export class TestCalls {
  #running = 0;

  constructor(private readonly parts: TestCallsParts) {}

  /** What was said until 30 s were over is told as it stands. @throws Problem `agent.unable`, `request.too-many` */
  async hold(settings: CallSettings, lines: readonly string[]): Promise<TestCall> {
    if (this.#running >= MOST_AT_ONCE) throw new Problem('request.too-many', { retryAfterS: MOST_MS / 1_000 });
    const stop = new AbortController();
    const stopLate = this.parts.clock.after(MOST_MS, () => stop.abort());
    this.#running += 1;
    try {
      return await this.#hold(settings, lines, stop.signal);
    } catch (error) {
      if (error instanceof ProviderError || error instanceof UnknownProvider)
        throw new Problem('agent.unable', {}, { cause: error });
      throw error;
    } finally {
      this.#running -= 1;
      stopLate();
    }
  }

  async #hold(settings: CallSettings, lines: readonly string[], signal: AbortSignal): Promise<TestCall> {
    const { chains, functionsFor, clock, prices, metrics } = this.parts;
    const day = clock.date().toISOString().slice(0, 10);
    const usages: CallUsage[] = [];
    const onUsed = (usage: ProviderUsage) => {
      const used = { turn: 1, agentId: settings.agent.id, usage, waste: usage.lost ?? null };
      usages.push(used);
      tellCost(used, { metrics, prices, day });
    };
    const { model } = chains.of(settings.providers);
    const rehearsal = new Rehearsal({ settings, model, runner: functionsFor(settings), clock, signal, onUsed });
    const end = await rehearsal.hold(lines);
    return { turns: rehearsal.turns, end, cost: costTotalOf(prices.costOf(usages, day).lines) };
  }
}
