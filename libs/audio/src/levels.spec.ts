import { describe, expect, it } from '@jest/globals';
import { peak, rms, rmsDbfs } from './levels.js';
import { mixInto } from './mix.js';
import { silence } from './silence.js';

const sine = Int16Array.from({ length: 8_000 }, (_, n) => Math.round(32_767 * Math.sin((2 * Math.PI * n) / 80)));

describe('levels', () => {
  it('measures a full-scale sine 3 dB below full scale', () => {
    expect(rmsDbfs(sine)).toBeCloseTo(-3.01, 2);
    expect(peak(sine)).toBe(32_767);
  });

  it('measures the loudest square wave at full scale', () => {
    const square = Int16Array.from([-32_768, -32_768]);
    expect(rmsDbfs(square)).toBe(0);
    expect(peak(square)).toBe(32_768);
  });

  it('has a level for silence and for nothing at all', () => {
    expect(rmsDbfs(silence(20, 8_000))).toBe(-Infinity);
    expect(rms(new Int16Array())).toBe(0);
    expect(peak(new Int16Array())).toBe(0);
  });
});

describe('silence', () => {
  it('is as long as was asked, in samples of its rate', () => {
    expect(silence(20, 24_000)).toHaveLength(480);
    expect(silence(0.2, 8_000)).toHaveLength(1);
  });
});

describe('mixInto', () => {
  it('adds, clips, and stays inside of the target', () => {
    const target = Int16Array.from([1, 30_000, -30_000, 5]);
    mixInto(target, Int16Array.from([30_000, -30_000, 1, 1, 1]), 1);
    expect([...target]).toEqual([1, 32_767, -32_768, 6]);
  });

  it('takes what begins before the target', () => {
    const target = Int16Array.from([1, 1]);
    mixInto(target, Int16Array.from([10, 20, 30]), -1);
    expect([...target]).toEqual([21, 31]);
  });
});
