import { describe, expect, it } from '@jest/globals';
import { LatenessHistogram } from './lateness-histogram.js';

describe('LatenessHistogram', () => {
  it('knows nothing at first', () => {
    expect(new LatenessHistogram().snapshot()).toEqual({ count: 0, sumMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
  });

  it('finds percentiles within a quarter, and the worst exactly', () => {
    const histogram = new LatenessHistogram();
    for (let n = 1; n <= 1_000; n += 1) histogram.record(n / 10);
    const { count, sumMs, p50Ms, p99Ms, maxMs } = histogram.snapshot();
    expect({ count, sumMs: Math.round(sumMs), maxMs }).toEqual({ count: 1_000, sumMs: 50_050, maxMs: 100 });
    expect(p50Ms).toBeGreaterThanOrEqual(50);
    expect(p50Ms).toBeLessThanOrEqual(62.5);
    expect(p99Ms).toBeGreaterThanOrEqual(99);
    expect(p99Ms).toBeLessThanOrEqual(100);
  });

  it('lets one bad moment in a hundred stand out only as the worst', () => {
    const histogram = new LatenessHistogram();
    for (let n = 0; n < 99; n += 1) histogram.record(0.1);
    histogram.record(5_000);
    expect(histogram.snapshot()).toMatchObject({ p50Ms: 0.25, p99Ms: 0.25, maxMs: 5_000 });
  });

  it('takes early for in time', () => {
    const histogram = new LatenessHistogram();
    histogram.record(-3);
    expect(histogram.snapshot()).toEqual({ count: 1, sumMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
  });

  it('starts anew', () => {
    const histogram = new LatenessHistogram();
    histogram.record(9);
    histogram.reset();
    expect(histogram.snapshot().count).toBe(0);
  });
});
