import { describe, expect, it } from '@jest/globals';
import { RecentSound } from './recent-sound.js';

const numbers = (from: number, to: number) => Int16Array.from({ length: to - from }, (_, n) => from + n);
const keptIn = (sound: RecentSound) => [...sound.kept()];

describe('recent sound', () => {
  it('is kept in order, over the end of its ring and in any portions', () => {
    const sound = new RecentSound(10);
    let at = 0;
    for (const length of [3, 4, 2, 5, 1, 9, 10, 23, 4]) {
      sound.write(numbers(at, at + length));
      at += length;
      const from = Math.max(0, at - 10);
      expect([sound.written, sound.from, keptIn(sound)]).toEqual([at, from, [...numbers(from, at)]]);
    }
  });

  it('is forgotten up to what was settled, and no further back again', () => {
    const sound = new RecentSound(10);
    sound.write(numbers(0, 8));
    sound.forgetBefore(5);
    sound.forgetBefore(2);
    expect([sound.from, keptIn(sound)]).toEqual([5, [5, 6, 7]]);
    sound.write(numbers(8, 12));
    expect(keptIn(sound)).toEqual([...numbers(5, 12)]);
    sound.forgetBefore(99);
    expect([sound.from, keptIn(sound)]).toEqual([12, []]);
  });
});
