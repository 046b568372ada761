import { describe, expect, it } from '@jest/globals';
import { FrameCutter } from './frame-cutter.js';

const counting = (samples: number): Buffer => Buffer.from(Int16Array.from({ length: samples }, (_, n) => n).buffer);

function cutterAt(rateHz: 8_000 | 16_000) {
  const frames: number[][] = [];
  const cutter = new FrameCutter(rateHz, (frame) => frames.push([...frame]));
  return { cutter, frames };
}

describe('cutting sound into frames', () => {
  it.each([
    [8_000, 160],
    [16_000, 320],
  ] as const)('gives 20 ms at %i Hz, however it comes', (rateHz, samples) => {
    const sound = counting(samples * 3);
    const whole = cutterAt(rateHz);
    whole.cutter.push(sound);
    const pieces = cutterAt(rateHz);
    for (let at = 0; at < sound.length; at += 34) pieces.cutter.push(sound.subarray(at, at + 34));

    expect(whole.frames.map((frame) => frame.length)).toEqual([samples, samples, samples]);
    expect(whole.frames.flat()).toEqual(Array.from({ length: samples * 3 }, (_, n) => n));
    expect(pieces.frames).toEqual(whole.frames);
  });

  it('keeps what is less than a frame for the next message', () => {
    const { cutter, frames } = cutterAt(8_000);
    cutter.push(counting(159));
    expect(frames).toHaveLength(0);
    cutter.push(counting(1));
    expect(frames).toEqual([[...Array.from({ length: 159 }, (_, n) => n), 0]]);
  });

  it('reads a message that lies at an odd address', () => {
    const { cutter, frames } = cutterAt(8_000);
    cutter.push(Buffer.concat([Buffer.from([7]), counting(160)]).subarray(1));
    expect(frames[0]?.slice(0, 3)).toEqual([0, 1, 2]);
  });

  it('drops half a sample at the end of a message, counts it, and stays in step', () => {
    const { cutter, frames } = cutterAt(8_000);
    cutter.push(Buffer.concat([counting(100), Buffer.from([0x55])]));
    cutter.push(counting(60));
    expect(frames).toEqual([[...Array.from({ length: 100 }, (_, n) => n), ...Array.from({ length: 60 }, (_, n) => n)]]);
    expect(cutter.oddMessages).toBe(1);
  });

  it('bears a message of one byte, and an empty one', () => {
    const { cutter, frames } = cutterAt(8_000);
    cutter.push(Buffer.from([1]));
    cutter.push(Buffer.alloc(0));
    expect([frames.length, cutter.oddMessages]).toEqual([0, 1]);
  });
});
