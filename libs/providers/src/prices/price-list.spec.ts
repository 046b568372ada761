import { describe, expect, it } from '@jest/globals';
import type { CallUsage, ModelUsage, ProviderUsage } from '@app/conversation/ports';
import { LIST_PRICES } from './list-prices.js';
import type { Price } from './price.js';
import { PriceList } from './price-list.js';

const DAY = '2026-11-21';
const about = { date: DAY, knownFrom: 'vendor', source: 'a page' } as const;
const PRICES: Price[] = [
  { stage: 'model', provider: 'a/writes', rate: { perMillionTokens: { input: 2, cachedInput: 0.5, writtenInput: 3, output: 10 } }, ...about }, // prettier-ignore
  { stage: 'model', provider: 'a/plain', rate: { perMillionTokens: { input: 2, output: 10 } }, ...about },
  { stage: 'model', provider: 'a/speaks', rate: { perMillionTokens: { input: 4, cachedInput: 1, output: 20, audio: { input: 40, cachedInput: 2, output: 80 } } }, ...about }, // prettier-ignore
  { stage: 'voice', provider: 'a/letters', rate: { perThousandCharacters: 0.05 }, ...about },
  { stage: 'voice', provider: 'a/minutes-*', rate: { perMinute: 0.06 }, ...about },
  { stage: 'recogniser', provider: 'a/hears', rate: { perMinute: 0.006 }, ...about },
];
const list = new PriceList([], PRICES);

const asked = (provider: string, tokens: ModelUsage | null): ProviderUsage => ({ stage: 'model', provider, tokens });
const tokens = (inputTokens: number, cachedInputTokens: number, outputTokens: number): ModelUsage => ({
  ...{ inputTokens, cachedInputTokens, outputTokens },
});
const used = (usage: ProviderUsage, changes: Partial<CallUsage> = {}): CallUsage => ({
  ...{ turn: 1, agentId: 'agent-1', usage, waste: null },
  ...changes,
});

describe('what a usage costs', () => {
  it.each<[string, ProviderUsage, number]>([
    ['tokens in and out', asked('a/plain', tokens(1_000, 0, 100)), 0.003],
    ['cached tokens at their own price', asked('a/writes', tokens(1_000, 600, 100)), 0.0021],
    ['cached tokens like any others where they have none', asked('a/plain', tokens(1_000, 600, 100)), 0.003],
    ['what was put into the cache', asked('a/writes', { ...tokens(1_000, 600, 0), writtenInputTokens: 400 }), 0.0015],
    ['sound apart from text', asked('a/speaks', { ...tokens(1_000, 300, 200), audio: { inputTokens: 500, cachedInputTokens: 100, outputTokens: 150 } }), 0.0306], // prettier-ignore
    ['characters of a voice', { stage: 'voice', provider: 'a/letters', characters: 40, soundMs: 9_000 }, 0.002],
    ['minutes of a voice', { stage: 'voice', provider: 'a/minutes-1', characters: 40, soundMs: 30_000 }, 0.03],
    ['minutes that were heard', { stage: 'recogniser', provider: 'a/hears', soundMs: 90_000 }, 0.009],
    ['a dated variant like its model', asked('a/plain-2026-10-01', tokens(1_000, 0, 0)), 0.002],
  ])('counts %s', (_what, usage, usd) => {
    expect(list.usdOf(usage, DAY)).toBeCloseTo(usd, 10);
  });

  it.each<[string, ProviderUsage]>([
    ['a name that is not in the list', asked('a/other', tokens(1, 0, 1))],
    ['one that only begins like a known name', asked('a/plain-pro', tokens(1, 0, 1))],
    ['sound of a model without a price for sound', asked('a/plain', { ...tokens(9, 0, 9), audio: { inputTokens: 5, cachedInputTokens: 0, outputTokens: 0 } })], // prettier-ignore
    ['an answer of which nobody told the tokens', asked('a/plain', null)],
    ['a model’s name in another stage', { stage: 'recogniser', provider: 'a/plain', soundMs: 1 }],
  ])('is not known of %s', (_what, usage) => {
    expect(list.usdOf(usage, DAY)).toBeUndefined();
  });
});

describe('a list of prices', () => {
  const price = (input: number, when: Pick<Price, 'from' | 'until'>): Price => ({
    ...{ stage: 'model', provider: 'a/moves', rate: { perMillionTokens: { input, output: 0 } } },
    ...about,
    ...when,
  });
  const moving = new PriceList([], [price(3, { from: '2027-01-01' }), price(1, { until: '2026-12-01' })]);
  const usd = (day: string) => moving.usdOf(asked('a/moves', tokens(1_000_000, 0, 0)), day);

  it('goes by the day of the call', () => {
    expect([usd('2026-11-30'), usd('2026-12-01'), usd('2026-12-31'), usd('2027-01-01')]).toEqual([1, undefined, undefined, 3]); // prettier-ignore
  });

  it('puts the prices of the installation before those of the vendors', () => {
    const own: Price = { stage: 'recogniser', provider: 'a/*', rate: { perMinute: 1 }, ...about };
    const mixed = new PriceList([own], PRICES);
    expect(mixed.usdOf({ stage: 'recogniser', provider: 'a/hears', soundMs: 60_000 }, DAY)).toBe(1);
    expect(mixed.usdOf(asked('a/plain', tokens(1_000, 0, 100)), DAY)).toBe(0.003);
  });

  it('holds each vendor’s price once for a day, with its date and its source', () => {
    const names = LIST_PRICES.map(({ stage, provider, from, until }) => [stage, provider, from, until].join(' '));
    expect(new Set(names).size).toBe(names.length);
    expect(LIST_PRICES.filter(({ date, source }) => date !== '2026-11-21' || source === '')).toEqual([]);
  });

  it('takes the newer of two prices of a vendor from its day on', () => {
    const cached = asked('anthropic/claude-sonnet-5-5', tokens(1_000_000, 1_000_000, 0));
    expect([new PriceList().usdOf(cached, '2026-10-06'), new PriceList().usdOf(cached, '2026-10-07')]).toEqual([0.2, 0.1]); // prettier-ignore
  });
});

describe('the cost of a call', () => {
  it('has a line for what one provider did in one turn, and apart from it what was wasted', () => {
    const { lines } = list.costOf(
      [
        used(asked('a/plain', tokens(1_000, 0, 100))),
        used(asked('a/plain', tokens(2_000, 0, 100))),
        used({ ...asked('a/plain', tokens(500, 0, 0)), estimated: true } as ProviderUsage, { waste: 'speculation' }),
        used({ stage: 'recogniser', provider: 'a/hears', soundMs: 60_000 }, { turn: 0 }),
      ],
      DAY,
    );
    expect(lines).toMatchObject([
      { turn: 0, stage: 'recogniser', soundMs: 60_000, usd: 0.006, uses: 1 },
      { turn: 1, stage: 'model', waste: null, inputTokens: 3_000, outputTokens: 200, usd: 0.008, uses: 2, estimated: false }, // prettier-ignore
      { turn: 1, stage: 'model', waste: 'speculation', inputTokens: 500, usd: 0.001, estimated: true },
    ]);
  });

  it('is not known where a price is not: it is never nothing', () => {
    const { lines, prices } = list.costOf([used(asked('a/other', tokens(1_000, 0, 100)))], DAY);
    expect(lines).toMatchObject([{ provider: 'a/other', usd: null, inputTokens: 1_000 }]);
    expect(prices).toEqual([]);
  });

  it('counts an answer of unknown length as one that nobody measured', () => {
    const { lines } = list.costOf([used(asked('a/plain', tokens(1_000, 0, 100))), used(asked('a/plain', null))], DAY);
    expect(lines).toMatchObject([{ usd: 0.003, uses: 2, unmetered: 1 }]);
  });

  it('names the prices that it took', () => {
    const { prices } = list.costOf([used(asked('a/plain-2026-10-01', tokens(1, 0, 0)))], DAY);
    expect(prices).toEqual([{ stage: 'model', provider: 'a/plain-2026-10-01', ...about }]);
  });
});
