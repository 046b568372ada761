import { describe, expect, it } from '@jest/globals';
import { chainFigures, type ChainLook } from './chain-watch.js';

const NAME = 'voice a/b';
const look = (atMs: number, probes: number, switches = {}): ChainLook => ({
  atMs,
  counts: { switches, returns: {}, probes: { [NAME]: probes } },
});

describe('the chains of an api under load', () => {
  it('are told by what was counted since it was looked first', () => {
    const looks = [look(0, 5, { voice: 2 }), look(2_000, 6, { voice: 2 }), look(4_000, 8, { voice: 9, model: 1 })];
    expect(chainFigures(looks)).toEqual({
      ...{ switches: { voice: 7, model: 1 }, returns: {} },
      ...{ probes: { [NAME]: 3 }, probesTooMany: { [NAME]: 0 } },
    });
    expect(chainFigures([])).toEqual({ switches: {}, returns: {}, probes: {}, probesTooMany: {} });
  });

  it('are tried too often when they are in any stretch of time', () => {
    const steady = Array.from({ length: 20 }, (_, n) => look(n * 2_000, n * 2));
    expect(chainFigures(steady).probesTooMany[NAME]).toBe(0);
    const burst = steady.map((each, n) => (n > 10 ? look(each.atMs, n * 2 + 8) : each));
    expect(chainFigures(burst).probesTooMany[NAME]).toBeGreaterThan(0);
  });
});
