import { describe, expect, it } from '@jest/globals';
import { median, percentile } from './percentile.js';

describe('a percentile', () => {
  it('is a value that was measured, by nearest rank', () => {
    const hundred = Array.from({ length: 100 }, (_, at) => 100 - at);
    expect([0.5, 0.95, 0.99, 1].map((share) => percentile(hundred, share))).toEqual([50, 95, 99, 100]);
    expect(percentile([7], 0.01)).toBe(7);
    expect(median([3, 1, 2])).toBe(2);
  });

  it('sorts by size, not by letters', () => {
    expect(percentile([9, 10, 100], 1)).toBe(100);
  });

  it('is nothing where nothing was measured', () => {
    expect(percentile([], 0.5)).toBeUndefined();
  });
});
