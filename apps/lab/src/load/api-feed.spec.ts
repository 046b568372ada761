import { describe, expect, it } from '@jest/globals';
import { beyondQuickest } from './api-feed.js';

describe('how late events are heard', () => {
  it('is told against the quickest of the same call, whose clock nobody else knows', () => {
    const delays = new Map([
      ['a', [1_004, 1_001, 1_030, 1_002, 1_003]],
      ['b', [52, 50, 50, 51, 90]],
    ]);
    expect(beyondQuickest(delays)).toEqual([3, 0, 29, 1, 2, 2, 0, 0, 1, 40]);
  });

  it('is not told of a call with a few events only', () => {
    expect(beyondQuickest(new Map([['a', [1, 2, 3, 4]]]))).toEqual([]);
  });
});
