import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { LatencyError, readLatencies, Waits } from './latencies.js';

const OURS = join(import.meta.dirname, '../../latencies.yaml');

describe('waits', () => {
  const drawn = (seed: number) => {
    const waits = new Waits(seed);
    return Array.from({ length: 4_000 }, () => waits.draw({ p50: 100, p95: 250, source: 'a test' }));
  };

  it('lie by half below p50 and by 19 of 20 below p95', () => {
    const sorted = drawn(1).toSorted((one, other) => one - other);
    expect(sorted[2_000]).toBeGreaterThan(94);
    expect(sorted[2_000]).toBeLessThan(106);
    expect(sorted[3_800]).toBeGreaterThan(230);
    expect(sorted[3_800]).toBeLessThan(270);
    expect(sorted.at(-1)).toBeLessThanOrEqual(500);
  });

  it('are the same for the same seed, and others for another', () => {
    expect(drawn(7)).toEqual(drawn(7));
    expect(drawn(7)).not.toEqual(drawn(8));
  });

  it('are none where none are wanted', () => {
    expect(new Waits(1).draw({ p50: 0, p95: 0, source: 'none' })).toBe(0);
  });
});

describe('the file of latencies', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latencies-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it('names for each figure where it comes from', () => {
    const { recogniser, model, voice } = readLatencies(OURS, 'usual');
    for (const { source } of [recogniser, model, voice].flatMap((double) => Object.values(double)))
      expect(source).not.toBe('');
  });

  it('has no profile that it does not have', () => {
    expect(() => readLatencies(OURS, 'unheard-of')).toThrow(LatencyError);
  });

  it('is refused with the place of what is wrong in it', async () => {
    const file = join(folder, 'wrong.yaml');
    await writeFile(file, 'usual: { model: { token: { p50: -1, p95: 3, source: x } } }');
    expect(() => readLatencies(file, 'usual')).toThrow(/usual\.model\.token\.p50/);
  });
});
