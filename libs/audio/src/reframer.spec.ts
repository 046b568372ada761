import { describe, expect, it } from '@jest/globals';
import { Reframer } from './reframer.js';

const ramp = (length: number, from = 0) => Int16Array.from({ length }, (_, n) => from + n);

function reframer() {
  const frames: number[][] = [];
  return { frames, cutter: new Reframer(8_000, (frame) => frames.push([...frame])) };
}

describe('Reframer', () => {
  it.each([1, 7, 80, 159, 160, 161, 333, 1_600])('cuts pieces of %i samples into whole frames, in order', (size) => {
    const { frames, cutter } = reframer();
    for (let from = 0; from < 1_600; from += size) cutter.push(ramp(Math.min(size, 1_600 - from), from));
    expect(frames.map((frame) => frame.length)).toEqual(Array(10).fill(160));
    expect(frames.flat()).toEqual([...ramp(1_600)]);
  });

  it.each([
    [16_000, 320],
    [24_000, 480],
  ] as const)('makes frames of 20 ms at %i Hz', (rateHz, samples) => {
    const lengths: number[] = [];
    new Reframer(rateHz, (frame) => lengths.push(frame.length)).push(ramp(samples * 2 + 1));
    expect(lengths).toEqual([samples, samples]);
  });

  it('fills the last frame with silence, once', () => {
    const { frames, cutter } = reframer();
    cutter.push(ramp(160, 1));
    cutter.push(ramp(3, 1));
    cutter.flush();
    cutter.flush();
    expect(frames).toHaveLength(2);
    expect(frames[1]).toEqual([1, 2, 3, ...Array<number>(157).fill(0)]);
  });

  it('has nothing to flush after whole frames', () => {
    const { frames, cutter } = reframer();
    cutter.push(ramp(320));
    cutter.flush();
    expect(frames).toHaveLength(2);
  });

  it('tells what waits, and drops it when asked', () => {
    const { frames, cutter } = reframer();
    cutter.push(ramp(100));
    expect(cutter.waiting).toBe(100);
    cutter.clear();
    cutter.push(ramp(160, 500));
    expect(frames).toEqual([[...ramp(160, 500)]]);
  });
});
