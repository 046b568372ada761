import { beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { SteadyFrames } from './steady-frames.js';

const LOUD = 1_000;
let clock: FakeClock;
let told: number[];
let steady: SteadyFrames;

beforeEach(() => {
  [clock, told] = [new FakeClock(), []];
  steady = new SteadyFrames(8_000, clock, (frame) => told.push(frame[0] ?? 0));
  steady.start();
});

const push = (level: number) => steady.push(new Int16Array(160).fill(level));
/** Messages of so many frames come in time, for so long. */
async function comes(level: number, lengthMs: number, framesAtOnce = 1): Promise<void> {
  for (let passedMs = 0; passedMs < lengthMs; passedMs += 20 * framesAtOnce) {
    await clock.advance(20 * framesAtOnce);
    steady.announce(160 * framesAtOnce, 8_000);
    for (let n = 0; n < framesAtOnce; n += 1) push(level);
  }
}
const count = (level: number) => told.filter((each) => each === level).length;

describe('a stream that keeps time', () => {
  it.each([1, 2, 5, 10, 25])('is told as it comes, in messages of %i frames', async (framesAtOnce) => {
    await comes(LOUD, 5_000, framesAtOnce);
    expect([count(LOUD), told.length]).toEqual([250, 250]);
  });
});

describe('a stream with a gap', () => {
  it.each([
    [60, 60],
    [200, 200],
    [300, 300],
    [1_000, 1_000],
    [10_000, 10_000],
  ])('of %i ms has silence of the right length in it', async (gapMs, silenceMs) => {
    await comes(LOUD, 1_000);
    await clock.advance(gapMs);
    await comes(LOUD, 1_000);
    expect(count(LOUD)).toBe(100);
    expect(Math.abs(count(0) * 20 - silenceMs)).toBeLessThanOrEqual(60);
  });

  it('is heard as silence while the gap lasts, not after it', async () => {
    await comes(LOUD, 1_000);
    await clock.advance(500);
    expect(count(0)).toBeGreaterThanOrEqual(20);
  });

  it('is silence from the start when nothing comes at all', async () => {
    await clock.advance(2_000);
    expect(told).toHaveLength(75); // half a second is left for a first message
  });
});

describe('a burst of late frames', () => {
  it('is let through whole, and its time given back where nobody speaks', async () => {
    await comes(LOUD, 1_000);
    await clock.advance(500);
    for (let n = 0; n < 25; n += 1) push(LOUD);
    expect(count(LOUD)).toBe(75);
    await comes(1, 2_000); // hardly a sound
    expect(Math.abs(told.length * 20 - 3_500)).toBeLessThanOrEqual(80);
  });

  it('never runs more than a second and a half ahead', async () => {
    for (let n = 0; n < 1_000; n += 1) push(LOUD);
    expect(told.length).toBeLessThanOrEqual(77);
    await comes(LOUD, 10_000);
    expect(told.length * 20).toBeLessThanOrEqual(11_540);
  });

  it('after a standstill of this process is no gap: what is missing lies in the socket', async () => {
    await comes(LOUD, 1_000);
    steady.stop();
    const lateClock = new StandingClock(clock);
    const own = new SteadyFrames(8_000, lateClock, (frame) => told.push(frame[0] ?? 0));
    told.length = 0;
    own.start();
    await lateClock.standStill(500);
    expect(told).toEqual([]);
    for (let n = 0; n < 25; n += 1) own.push(new Int16Array(160).fill(LOUD));
    await clock.advance(100);
    expect([count(LOUD), count(0) <= 5]).toEqual([25, true]);
  });
});

describe('a stream that was stopped', () => {
  it('leaves no timer behind', async () => {
    await clock.advance(500);
    steady.stop();
    steady.stop();
    expect(clock.waiting).toBe(0);
  });
});

/** Timers that are due while the process stands still fire when it goes on. */
class StandingClock extends FakeClock {
  #behindMs = 0;

  constructor(private readonly real: FakeClock) {
    super();
    this.nowMs = () => this.real.nowMs() + this.#behindMs;
    this.after = (delayMs, task) => this.real.after(delayMs, task);
  }

  async standStill(byMs: number): Promise<void> {
    this.#behindMs = byMs - 100;
    await this.real.advance(100);
  }
}
