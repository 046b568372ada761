import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { seededRandom } from '../seeded-random.js';
import { CrowdEar } from './crowd-ear.js';

const WINDOWS = 20;

/** Noise that is another one for each seed, as loud as a voice. */
function noise(seed: number): Int16Array {
  const random = seededRandom(seed);
  return Int16Array.from({ length: WINDOWS * 256 }, () => Math.round((random() - 0.5) * 8_000));
}

describe('the yardstick’s ear', () => {
  let ear: CrowdEar;

  beforeAll(async () => {
    ear = await CrowdEar.start(systemClock);
  });
  afterAll(() => ear.close());

  /** What it makes of the sound, in pieces of a frame each. */
  const judged = (sound: Int16Array) =>
    new Promise<number[]>((resolve) => {
      const told: number[] = [];
      const listener = ear.open((probability) => {
        told.push(probability);
        if (told.length < WINDOWS) return;
        listener.close();
        resolve(told);
      });
      for (let at = 0; at < sound.length; at += 160) listener.push(sound.subarray(at, at + 160));
    });

  it('judges each call among many as it does alone, also in a slot that another call left', async () => {
    const alone = [await judged(noise(1)), await judged(noise(2)), await judged(noise(3))];
    const together = await Promise.all([1, 2, 3].map((seed) => judged(noise(seed))));
    expect(together.map((told) => told.length)).toEqual([WINDOWS, WINDOWS, WINDOWS]);
    const apart = together.flatMap((told, call) => told.map((each, at) => Math.abs(each - (alone[call]?.[at] ?? NaN))));
    expect(Math.max(...apart)).toBeLessThan(1e-4);
    expect(new Set(together.flat()).size).toBeGreaterThan(WINDOWS);
  });
});
