import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { FramePump } from './frame-pump.js';

describe('the pace of a caller’s sound', () => {
  it('sends each frame when its last sample has been spoken', async () => {
    const clock = new FakeClock();
    const sent: number[] = [];
    const pump = new FramePump(clock, () => sent.push(clock.nowMs()));
    await clock.advance(100);
    pump.stop();
    expect(sent).toEqual([20, 40, 60, 80, 100]);
  });

  it('catches up after a stall and keeps its deadlines', async () => {
    const clock = new FakeClock();
    const stalled = {
      ...clock,
      nowMs: () => clock.nowMs() + stallMs,
      after: clock.after.bind(clock),
      sleep: clock.sleep.bind(clock),
    };
    let stallMs = 0;
    const sent: number[] = [];
    const pump = new FramePump(stalled, (index) => sent.push(index));
    await clock.advance(20);
    stallMs = 65;
    await clock.advance(20);
    stallMs = 65;
    await clock.advance(0);
    pump.stop();
    expect(sent).toEqual([0, 1, 2, 3, 4]);
    expect(pump.worstLatenessMs).toBe(65);
  });

  it('sends nothing once it was stopped, also from within a frame', async () => {
    const clock = new FakeClock();
    const sent: number[] = [];
    const pump: FramePump = new FramePump(clock, (index) => {
      sent.push(index);
      if (index === 1) pump.stop();
    });
    await clock.advance(1_000);
    expect(sent).toEqual([0, 1]);
    expect(clock.waiting).toBe(0);
  });
});
