import type { ProviderStage } from './provider-switch.js';
import type { UsageWaste } from './provider-usage.js';

/** What one provider did in one turn, and what that costs. Amounts that its stage has no part in are 0. */
export interface CostLine {
  turn: number;
  agentId: string;
  stage: ProviderStage;
  /** `vendor/model`. */
  provider: string;
  /** Null: it served. */
  waste: UsageWaste | null;
  /** Times that it was used. */
  uses: number;
  /** All of them; the next two are parts of it. */
  inputTokens: number;
  cachedInputTokens: number;
  /** Written into the provider's cache, where that has a price of its own. */
  writtenInputTokens: number;
  outputTokens: number;
  /** Of sound, in and out: parts of the tokens above. */
  audioTokens: number;
  characters: number;
  soundMs: number;
  /** US dollars; null: nobody knows its price. */
  usd: number | null;
  /** Some of it was reckoned from lengths. */
  estimated: boolean;
  /** Uses of which nobody told how much they were: not in any amount. */
  unmetered: number;
}

/** What a call cost, as far as prices are known, at the prices of the day on which it began. */
export interface CallCost {
  lines: readonly CostLine[];
  /** Prices that were used, and how they are known. */
  prices: readonly UsedPrice[];
}

/** The sum of a call, or of many. */
export interface CostTotal {
  /** US dollars, of what has a price; null: nothing that was used has one. */
  usd: number | null;
  /** The part of it that served nobody. */
  wastedUsd: number;
  /** Providers that were used and have no price: what they cost is not in it. */
  unpriced: readonly string[];
}

/** `operator`: told by this installation. `vendor`: read in the vendor's own pages. `memory`: general knowledge, not looked up. */
export type PriceKnowledge = 'operator' | 'vendor' | 'third-party' | 'memory';

export interface UsedPrice {
  stage: ProviderStage;
  provider: string;
  /** `YYYY-MM-DD`: when it was read, or said to hold; null: not told. */
  date: string | null;
  knownFrom: PriceKnowledge;
  source: string;
}

const NANO = 1e9;

export function costTotalOf(lines: readonly Pick<CostLine, 'usd' | 'waste' | 'provider'>[]): CostTotal {
  const sum = (of: readonly { usd: number | null }[]) =>
    Math.round(of.reduce((usd, line) => usd + (line.usd ?? 0), 0) * NANO) / NANO;
  const unpriced = [...new Set(lines.flatMap(({ usd, provider }) => (usd === null ? [provider] : [])))].sort();
  const hasPrice = lines.length === 0 || lines.some(({ usd }) => usd !== null);
  return { usd: hasPrice ? sum(lines) : null, wastedUsd: sum(lines.filter(({ waste }) => waste !== null)), unpriced };
}
