import { describe, expect, it } from '@jest/globals';
import { jobIn, shapeOf } from './lasting-keys.js';

describe('the shape of a key', () => {
  it('leaves out what names one call, number or job', () => {
    expect(shapeOf('carillon:call:018f6f0e-0000-7000-8000-000000000001:log')).toBe('carillon:call:*:log');
    expect(shapeOf('carillon:carrier-call:ringover:7261111111111111111')).toBe('carillon:carrier-call:ringover:*');
    expect(shapeOf('carillon:jobs:finish-call:018f6f0e-0000-7000-8000-000000000001')).toBe(
      'carillon:jobs:finish-call:*',
    );
  });

  it('keeps what is one of a kind', () => {
    expect(shapeOf('carillon:calls:live')).toBe('carillon:calls:live');
  });
});

describe('a job in Redis', () => {
  it('is told from what else its queue has', () => {
    const job = '018f6f0e-0000-7000-8000-000000000001';
    expect(jobIn(`carillon:jobs:finish-call:${job}`)).toEqual({ queue: 'carillon:jobs:finish-call', job });
    expect(jobIn('carillon:jobs:finish-call:completed')).toBeUndefined();
    expect(jobIn(`carillon:call:${job}:log`)).toBeUndefined();
  });
});
