import type { CallCost, CallUsage, CostLine, ModelUsage, ProviderStage, ProviderUsage, UsedPrice } from '@app/conversation/ports'; // prettier-ignore
import { LIST_PRICES } from './list-prices.js';
import type { Price, Rate, TokenRate } from './price.js';

const DATED = /^-\d{4}-?\d{2}-?\d{2}$/;
/** Columns hold nine decimals: what is less is nothing. */
const NANO = 1e9;

/** What providers cost: this installation's own prices, and behind them the vendors' lists. */
export class PriceList {
  readonly #prices: readonly Price[];

  /** @param own go before the lists, in this order */
  constructor(own: readonly Price[] = [], lists: readonly Price[] = LIST_PRICES) {
    this.#prices = [...own, ...lists];
  }

  /** Undefined: nobody knows what it costs on that day. @param day `YYYY-MM-DD` */
  priceOf(stage: ProviderStage, provider: string, day: string): Price | undefined {
    return this.#prices.find(
      (price) =>
        price.stage === stage &&
        isNamedBy(price.provider, provider) &&
        (price.from === undefined || price.from <= day) &&
        (price.until === undefined || day < price.until),
    );
  }

  /** US dollars; undefined where the price is not known, or nobody told how much was used. @param day `YYYY-MM-DD` */
  usdOf(usage: ProviderUsage, day: string): number | undefined {
    const rate = this.priceOf(usage.stage, usage.provider, day)?.rate;
    return rate && usdAt(rate, usage);
  }

  /** One line for all that one provider did in one turn, served or wasted. @param day of the call, `YYYY-MM-DD` */
  costOf(usages: readonly CallUsage[], day: string): CallCost {
    const lines = new Map<string, CostLine>();
    const prices = new Map<string, UsedPrice>();
    for (const each of usages) {
      const { turn, agentId, waste, usage } = each;
      const { stage, provider } = usage;
      const key = JSON.stringify([turn, agentId, stage, provider, waste]);
      const price = this.priceOf(stage, provider, day);
      lines.set(key, withUsage(lines.get(key) ?? lineOf(each), usage, price));
      if (price) prices.set(`${stage} ${provider}`, usedPriceOf(price, provider));
    }
    return { lines: [...lines.values()].sort((a, b) => a.turn - b.turn), prices: [...prices.values()] };
  }
}

const lineOf = ({ turn, agentId, waste, usage: { stage, provider } }: CallUsage): CostLine => ({
  ...{ turn, agentId, stage, provider, waste, uses: 0 },
  ...{ inputTokens: 0, cachedInputTokens: 0, writtenInputTokens: 0, outputTokens: 0, audioTokens: 0 },
  ...{ characters: 0, soundMs: 0, usd: 0, estimated: false, unmetered: 0 },
});

function withUsage(line: CostLine, usage: ProviderUsage, price: Price | undefined): CostLine {
  const counted = { ...line, uses: line.uses + 1 };
  if (usage.stage === 'model' && usage.tokens === null)
    return { ...counted, unmetered: line.unmetered + 1, usd: price ? line.usd : null };
  const usd = price && usdAt(price.rate, usage);
  return {
    ...counted,
    ...amountsWith(line, usage),
    usd: line.usd === null || usd === undefined ? null : Math.round((line.usd + usd) * NANO) / NANO,
    estimated: line.estimated || (usage.stage === 'model' && usage.estimated === true),
  };
}

function amountsWith(line: CostLine, usage: ProviderUsage): Partial<CostLine> {
  if (usage.stage === 'recogniser') return { soundMs: line.soundMs + usage.soundMs };
  if (usage.stage === 'voice')
    return { soundMs: line.soundMs + usage.soundMs, characters: line.characters + usage.characters };
  const { inputTokens, cachedInputTokens, writtenInputTokens = 0, outputTokens, audio } = usage.tokens ?? NO_TOKENS;
  return {
    inputTokens: line.inputTokens + inputTokens,
    cachedInputTokens: line.cachedInputTokens + cachedInputTokens,
    writtenInputTokens: line.writtenInputTokens + writtenInputTokens,
    outputTokens: line.outputTokens + outputTokens,
    audioTokens: line.audioTokens + (audio ? audio.inputTokens + audio.outputTokens : 0),
  };
}

const NO_TOKENS: ModelUsage = { inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

/** Undefined where the rate is for something that this usage does not tell. */
function usdAt(rate: Rate, usage: ProviderUsage): number | undefined {
  if ('perMinute' in rate) return 'soundMs' in usage ? (usage.soundMs / 60_000) * rate.perMinute : undefined;
  if ('perThousandCharacters' in rate)
    return 'characters' in usage ? (usage.characters / 1_000) * rate.perThousandCharacters : undefined;
  return 'tokens' in usage && usage.tokens ? usdOfTokens(rate.perMillionTokens, usage.tokens) : undefined;
}

function usdOfTokens(rate: TokenRate, usage: ModelUsage): number | undefined {
  const { writtenInputTokens: written = 0, audio = NO_TOKENS } = usage;
  const hasSound = audio.inputTokens + audio.outputTokens > 0;
  if (hasSound && !rate.audio) return undefined;
  const cached = usage.cachedInputTokens - audio.cachedInputTokens;
  const plain = usage.inputTokens - audio.inputTokens - cached - written;
  const text =
    plain * rate.input +
    cached * (rate.cachedInput ?? rate.input) +
    written * (rate.writtenInput ?? rate.input) +
    (usage.outputTokens - audio.outputTokens) * rate.output;
  const sound = rate.audio
    ? (audio.inputTokens - audio.cachedInputTokens) * rate.audio.input +
      audio.cachedInputTokens * rate.audio.cachedInput +
      audio.outputTokens * rate.audio.output
    : 0;
  return (text + sound) / 1_000_000;
}

const usedPriceOf = ({ stage, date, knownFrom, source }: Price, provider: string): UsedPrice => ({
  ...{ stage, provider, date, knownFrom, source },
});

function isNamedBy(name: string, provider: string): boolean {
  if (name.endsWith('*')) return provider.startsWith(name.slice(0, -1));
  return provider.startsWith(name) && (provider === name || DATED.test(provider.slice(name.length)));
}
