import { describe, expect, it } from '@jest/globals';
import { CASES, casesOf } from './cases.js';
import { measure } from './measure.js';

describe('the bench', () => {
  it.each(CASES.map((bench) => [bench.name, bench] as const))('measures: %s', async (_name, bench) => {
    const { us, rounds } = await measure(bench, { ms: 0.1, rounds: 1 });
    expect(us.median).toBeGreaterThan(0);
    expect(us.least).toBeLessThanOrEqual(us.median);
    expect(us.most).toBeGreaterThanOrEqual(us.median);
    expect(rounds).toBe(1);
  });

  it('counts what is allocated, in the heap and outside it', async () => {
    const kept: unknown[] = [];
    const bytesFor = async (make: () => unknown) => {
      const running = { run: (times: number) => void kept.push(Array.from({ length: times }, make)), units: 1, end: () => undefined }; // prettier-ignore
      const per = 'frame' as const;
      return (await measure({ name: 'x', per, begin: () => Promise.resolve(running) }, { ms: 9, collect: () => undefined })).bytes; // prettier-ignore
    };
    expect((await bytesFor(() => new ArrayBuffer(4_096)))?.buffers ?? 4_096).toBe(4_096);
  });

  it('finds cases by words of their names', () => {
    expect(casesOf(['detector', '100']).map(({ name }) => name)).toEqual(['voice detector, 100 calls']);
    expect(casesOf([])).toEqual(CASES);
  });
});
