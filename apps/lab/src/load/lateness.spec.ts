import { describe, expect, it } from '@jest/globals';
import { type Delivered, latenessOf } from './lateness.js';

/** Messages of 200 ms: three at once, then one every 200 ms, `lateBy` (place: ms) later. */
function paced(count: number, lateBy: Record<number, number> = {}): Delivered[] {
  let endMs = 0;
  return Array.from({ length: count }, (_, at) => {
    const atMs = Math.max(0, at - 2) * 200 + (lateBy[at] ?? 0);
    const playsAtMs = Math.max(atMs + 100, endMs);
    endMs = playsAtMs + 200;
    return { type: 'sound', atMs, playsAtMs, lengthMs: 200 };
  });
}

describe('the lateness of sound', () => {
  it('is none for messages at the pace of their own sound', () => {
    const { onTime, gaps } = latenessOf(paced(20), []);
    expect(new Set(onTime)).toEqual(new Set([0]));
    expect(onTime).toHaveLength(16);
    expect(gaps).toEqual([]);
  });

  it('is told of one that came late, and of no other', () => {
    const { onTime } = latenessOf(paced(20, { 10: 35 }), []);
    expect(onTime.filter((late) => late > 0)).toEqual([35]);
  });

  it('stands apart where the lab itself was stalled', () => {
    const { onTime, stalled } = latenessOf(paced(20, { 10: 35 }), [1_700]);
    expect(Math.max(...onTime)).toBe(0);
    expect(stalled).toContain(35);
  });

  it('is a gap where what lay at the carrier ran out', () => {
    const { gaps } = latenessOf(paced(20, { 10: 440 }), []);
    expect(gaps).toEqual([{ fromMs: 2_000, lengthMs: 40 }]);
  });

  it('begins anew after a pause, and after a break', () => {
    const later = (shiftMs: number) =>
      paced(10).map((each) =>
        each.type === 'sound' ? { ...each, atMs: each.atMs + shiftMs, playsAtMs: each.playsAtMs + shiftMs } : each,
      );
    const { onTime, gaps } = latenessOf([...paced(10), ...later(4_133)], []);
    expect([Math.max(...onTime), gaps]).toEqual([0, []]);
    const broken = latenessOf([...paced(10), { type: 'break', atMs: 1_700 }, ...later(2_117)], []);
    expect([Math.max(...broken.onTime), broken.gaps]).toEqual([0, []]);
  });
});
