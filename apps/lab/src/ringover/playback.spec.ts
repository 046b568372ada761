import { describe, expect, it } from '@jest/globals';
import { Playback } from './playback.js';

const DELAY_MS = 100;
const playback = () => new Playback({ rateHz: 8_000, delayMs: DELAY_MS });
/** `lengthMs` of sound, each sample the given level. */
const sound = (lengthMs: number, level: number) => new Int16Array(lengthMs * 8).fill(level);

/** What is played, as `[level, fromMs, toMs]`, silence left out. */
function levels(played: Int16Array): [number, number, number][] {
  const found: [number, number, number][] = [];
  played.forEach((level, place) => {
    const last = found.at(-1);
    if (level !== 0 && last?.[0] === level && last[2] * 8 === place) last[2] = (place + 1) / 8;
    else if (level !== 0) found.push([level, place / 8, (place + 1) / 8]);
  });
  return found;
}

describe('playback at a carrier', () => {
  it('plays what comes after the delay, one to one', () => {
    const line = playback();
    expect(line.arrive(sound(200, 1), 1_000)).toBe(1_100);
    expect(levels(line.heard(0, 2_000))).toEqual([[1, 1_100, 1_300]]);
  });

  it('queues what comes sooner than it can be played, without a seam', () => {
    const line = playback();
    line.arrive(sound(200, 1), 0);
    expect(line.arrive(sound(200, 2), 10)).toBe(300);
    expect(line.arrive(sound(200, 3), 350)).toBe(500);
    expect(levels(line.heard(0, 1_000))).toEqual([
      [1, 100, 300],
      [2, 300, 500],
      [3, 500, 700],
    ]);
  });

  it('is silent where the sound came too late', () => {
    const line = playback();
    line.arrive(sound(100, 1), 0);
    line.arrive(sound(100, 2), 150);
    expect(levels(line.heard(0, 1_000))).toEqual([
      [1, 100, 200],
      [2, 250, 350],
    ]);
  });

  it('drops the queue at a break, which takes as long as sound to arrive', () => {
    const line = playback();
    line.arrive(sound(1_000, 1), 0);
    expect(line.break(250)).toBe(750);
    expect(levels(line.heard(0, 2_000))).toEqual([[1, 100, 350]]);
  });

  it('plays what comes after a break at once, and nothing of what came before', () => {
    const line = playback();
    line.arrive(sound(1_000, 1), 0);
    line.break(250);
    expect(line.arrive(sound(100, 2), 260)).toBe(360);
    expect(levels(line.heard(0, 2_000))).toEqual([
      [1, 100, 350],
      [2, 360, 460],
    ]);
  });

  it('drops nothing when all was played', () => {
    const line = playback();
    line.arrive(sound(100, 1), 0);
    expect(line.break(150)).toBe(0);
    expect(levels(line.heard(0, 1_000))).toEqual([[1, 100, 200]]);
  });

  it('tells the same, piece by piece or at once, for longer than a minute', () => {
    const line = playback();
    for (let second = 0; second < 90; second += 1) line.arrive(sound(400, second + 1), second * 1_000);
    expect(levels(line.heard(0, 91_000))).toHaveLength(90);
    expect(levels(line.heard(89_090, 20))).toEqual([[90, 10, 20]]);
  });
});
