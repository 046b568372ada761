import { describe, expect, it } from '@jest/globals';
import type { CallFigures } from './call-figures.js';
import { pausesIn, withCauses, withoutCauses } from './gap-causes.js';

const log = (...entries: [atMs: number, type: string][]) =>
  entries.map(([atMs, type], seq) => JSON.stringify({ seq, atMs, input: { type }, effects: [] })).join('\n');

const call = (...gaps: [fromMs: number, lengthMs: number][]) =>
  ({ gaps: gaps.map(([fromMs, lengthMs]) => ({ fromMs, lengthMs })), waitsMs: [] }) as unknown as CallFigures;

const LOG = log(
  [0, 'line-up'],
  [100, 'reply-audible'],
  [2_100, 'reply-ran-dry'],
  [2_140, 'reply-audible'],
  [5_100, 'reply-finished'],
);

describe('the cause of a silence in what is said', () => {
  it('is a wait where the call had nothing to send, by its log', () => {
    expect(pausesIn(LOG)).toEqual([2_000, 5_000]);
    const { gaps, waitsMs } = withCauses(call([1_990, 45], [4_985, 400]), pausesIn(LOG));
    expect([gaps, waitsMs]).toEqual([[], [45, 400]]);
  });

  it('is the product where there was something', () => {
    const { gaps, waitsMs } = withCauses(call([1_500, 45], [3_000, 200]), pausesIn(LOG));
    expect([gaps.map(({ lengthMs }) => lengthMs), waitsMs]).toEqual([[45, 200], []]);
  });

  it('is the product where the log tells of no sound', () => {
    expect(withCauses(call([10, 45]), pausesIn(log([0, 'line-up']))).gaps).toHaveLength(1);
  });

  it('is taken for the product’s without a log, if it is as short as no pause between sentences', () => {
    expect(withoutCauses(call([1_500, 45], [3_000, 200])).gaps.map(({ lengthMs }) => lengthMs)).toEqual([45]);
  });
});
