import { describe, expect, it } from '@jest/globals';
import { linesExactlyFor, linesFor, rampMs, spreadCalls } from './spread.js';

const count = <Key>(keys: readonly Key[]) =>
  keys.reduce((sum, key) => sum.set(key, (sum.get(key) ?? 0) + 1), new Map<Key, number>());

describe('the spreading of calls', () => {
  it('rings each number as often as any other, and fills as few processes as can be', () => {
    const processes = spreadCalls({ calls: 100, numbers: 5, callsPerProcess: 25, seed: 7 });
    expect(processes.map((slots) => slots.length)).toEqual([25, 25, 25, 25]);
    expect([...count(processes.flat().map(({ number }) => number)).values()]).toEqual([20, 20, 20, 20, 20]);
  });

  it('differs by one call at most where they do not divide', () => {
    const processes = spreadCalls({ calls: 13, numbers: 5, callsPerProcess: 6, seed: 7 });
    expect(processes.map((slots) => slots.length)).toEqual([5, 4, 4]);
    expect([...count(processes.flat().map(({ number }) => number)).values()].sort()).toEqual([2, 2, 3, 3, 3]);
  });

  it('begins calls one by one, each with a seed of its own', () => {
    const slots = spreadCalls({ calls: 30, numbers: 5, callsPerProcess: 10, seed: 7 }).flat();
    const startsMs = slots.map(({ startsAfterMs }) => startsAfterMs).sort((a, b) => a - b);
    for (const [at, startMs] of startsMs.entries()) {
      expect(startMs).toBeGreaterThanOrEqual(at * 150);
      expect(startMs).toBeLessThanOrEqual(at * 150 + 40);
    }
    expect(new Set(startsMs.map((ms) => ms % 20)).size).toBeGreaterThan(10); // their frames do not leave in step
    expect(new Set(slots.map(({ seed }) => seed)).size).toBe(30);
    expect(rampMs(30)).toBe(4_500);
  });

  it('asks for more lines than calls', () => {
    expect([linesFor(15, 5), linesFor(100, 5)]).toEqual([6, 26]);
  });

  it('asks for as many as the first number has calls, where one call more is to find none', () => {
    expect([linesExactlyFor(13, 5), linesExactlyFor(100, 5)]).toEqual([3, 20]);
  });
});
