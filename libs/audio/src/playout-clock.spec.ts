import { afterEach, describe, expect, it } from '@jest/globals';
import type { Clock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { PlayoutClock, type PlayoutTrack } from './playout-clock.js';

/** Plays `frames` frames, one every 20 ms, and notes when. */
class Reply implements PlayoutTrack {
  readonly ticksMs: number[] = [];
  #nextMs: number;

  constructor(
    firstMs: number,
    private left: number,
  ) {
    this.#nextMs = firstMs;
  }

  tick(nowMs: number): number | undefined {
    this.ticksMs.push(nowMs);
    this.left -= 1;
    this.#nextMs += 20;
    return this.left > 0 ? this.#nextMs : undefined;
  }
}

/** Does one thing once. */
const once = (task: () => void): PlayoutTrack => ({
  tick: () => {
    task();
    return undefined;
  },
});

const clock = new FakeClock();
const failures: unknown[] = [];
const late: number[] = [];
const playout = (time: Clock = clock) =>
  new PlayoutClock(time, { onFailure: (error) => failures.push(error), onLateness: (lateMs) => late.push(lateMs) });

/** A clock whose next timers fire `byMs` off: below 0 early, as Node's do when the loop's time is stale. */
const off = (byMs: number[]): Clock => ({
  nowMs: clock.nowMs,
  date: clock.date,
  sleep: (delayMs, signal) => clock.sleep(delayMs, signal),
  after: (delayMs, task) => clock.after(delayMs + (byMs.shift() ?? 0), task),
});

afterEach(() => {
  if (clock.waiting > 0) throw new Error('a timer has outlived its track');
  failures.length = late.length = 0;
});

describe('PlayoutClock', () => {
  it('calls each track at its own deadlines, with one timer for all', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const [one, other] = [new Reply(startMs, 3), new Reply(startMs + 7, 2)];
    playing.add(one, startMs);
    playing.add(other, startMs + 7);
    expect(clock.waiting).toBe(1);
    await clock.advance(100);
    expect(one.ticksMs.map((ms) => ms - startMs)).toEqual([0, 20, 40]);
    expect(other.ticksMs.map((ms) => ms - startMs)).toEqual([7, 27]);
    expect(playing.size).toBe(0);
  });

  it('is never early, and does not drift with timers that are', async () => {
    const playing = playout(off([0, -3, 0, 2, -1]));
    const startMs = clock.nowMs();
    const reply = new Reply(startMs, 4);
    playing.add(reply, startMs);
    await clock.advance(100);
    expect(reply.ticksMs.map((ms) => ms - startMs)).toEqual([0, 20, 42, 60]);
    expect(late).toEqual([0, 0, 2, 0]);
  });

  it('rounds a deadline between two milliseconds up', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const reply = new Reply(startMs + 0.4, 1);
    playing.add(reply, startMs + 0.4);
    await clock.advance(2);
    expect(reply.ticksMs).toEqual([startMs + 1]);
  });

  it('calls each track once after a stall, with the real time, and notes how late', async () => {
    const playing = playout(off([0, 170]));
    const startMs = clock.nowMs();
    const replies = [new Reply(startMs, 20), new Reply(startMs, 20)];
    for (const reply of replies) playing.add(reply, startMs);
    await clock.advance(190);
    for (const { ticksMs } of replies) expect(ticksMs.map((ms) => ms - startMs).slice(0, 2)).toEqual([0, 190]);
    expect(late.slice(0, 4)).toEqual([0, 0, 170, 170]);
    expect(playing.lateness.snapshot().maxMs).toBe(170);
    playing.close();
  });

  it('gives a track that lies behind its next tick at once, but lets the others go first', async () => {
    const playing = playout();
    const order: string[] = [];
    const startMs = clock.nowMs();
    let left = 3;
    playing.add({ tick: () => (order.push('behind'), (left -= 1) > 0 ? startMs - 1_000 : undefined) }, startMs);
    playing.add(
      once(() => order.push('in time')),
      startMs,
    );
    await clock.advance(0);
    expect(order).toEqual(['behind', 'in time', 'behind', 'behind']);
  });

  it('takes a track off that throws, tells it, and plays the others on', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const reply = new Reply(startMs, 3);
    const broken = new Error('broken');
    const breaks = once(() => {
      throw broken;
    });
    const told: unknown[] = [];
    playing.add({ ...breaks, failed: (error) => told.push(error) }, startMs);
    playing.add({ tick: () => NaN, failed: (error) => told.push(error) }, startMs);
    playing.add(reply, startMs);
    await clock.advance(100);
    expect(failures).toEqual([broken, expect.any(RangeError)]);
    expect(told).toEqual(failures);
    expect(reply.ticksMs).toHaveLength(3);
    expect(playing.size).toBe(0);
  });

  it('refuses a deadline that is none', () => {
    expect(() => playout().add(new Reply(0, 1), NaN)).toThrow(RangeError);
    expect(() => playout().add(new Reply(0, 1), Infinity)).toThrow(RangeError);
  });

  it('does not call a track that was taken off, not even in the same tick', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const victim = new Reply(startMs, 3);
    playing.add(
      once(() => playing.remove(victim)),
      startMs,
    );
    playing.add(victim, startMs);
    const later = new Reply(startMs + 20, 1);
    playing.add(later, startMs + 20);
    playing.remove(later);
    playing.remove(later);
    await clock.advance(100);
    expect(victim.ticksMs).toEqual([]);
    expect(later.ticksMs).toEqual([]);
  });

  it('leaves no timer behind when the last track is taken off', () => {
    const playing = playout();
    const track = new Reply(clock.nowMs(), 3);
    playing.add(track, clock.nowMs() + 20);
    playing.remove(track);
    expect(clock.waiting).toBe(0);
  });

  it('goes by the newest deadline of a track, its own wish included', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const reply = new Reply(startMs + 50, 1);
    playing.add(reply, startMs + 50);
    playing.add(reply, startMs + 5);
    const ticksMs: number[] = [];
    const again: PlayoutTrack = {
      tick: (nowMs) => {
        if (ticksMs.push(nowMs - startMs) < 2) playing.add(again, startMs + 30);
        return undefined;
      },
    };
    playing.add(again, startMs);
    await clock.advance(100);
    expect(reply.ticksMs).toEqual([startMs + 5]);
    expect(ticksMs).toEqual([0, 30]);
  });

  it('takes tracks that come while it ticks', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const reply = new Reply(startMs, 1);
    playing.add(
      once(() => playing.add(reply, startMs)),
      startMs,
    );
    await clock.advance(0);
    expect(reply.ticksMs).toEqual([startMs]);
  });

  it('plays nothing once closed, not even when closed by a track', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const reply = new Reply(startMs, 3);
    playing.add({ tick: () => (playing.close(), startMs + 20) }, startMs);
    playing.add(reply, startMs);
    await clock.advance(100);
    playing.add(reply, clock.nowMs());
    await clock.advance(100);
    expect(reply.ticksMs).toEqual([]);
    expect(playing.size).toBe(0);
  });

  it('keeps a thousand replies on their deadlines', async () => {
    const playing = playout();
    const startMs = clock.nowMs();
    const replies = Array.from({ length: 1_000 }, (_, n) => ({ reply: new Reply(startMs + (n % 20), 50), n }));
    for (const { reply, n } of replies) playing.add(reply, startMs + (n % 20));
    await clock.advance(1_100);
    expect(late).toHaveLength(50_000);
    expect(Math.max(...late.slice(0, 1_000), playing.lateness.snapshot().maxMs)).toBe(0);
    expect(replies.every(({ reply, n }) => reply.ticksMs.at(-1) === startMs + (n % 20) + 980)).toBe(true);
  });

  it('catches up when it is asked, without waiting for its timer', () => {
    const playing = playout(off([1_000, 1_000]));
    const startMs = clock.nowMs();
    const reply = new Reply(startMs, 2);
    playing.add(reply, startMs);
    playing.catchUp();
    expect(reply.ticksMs).toEqual([startMs]);
    playing.catchUp(); // nothing is due
    expect([reply.ticksMs.length, clock.waiting]).toEqual([1, 1]);
    playing.close();
    playing.catchUp();
    expect(reply.ticksMs.length).toBe(1);
  });

  it('is not asked to catch up by what it plays', () => {
    const playing = playout();
    let ticks = 0;
    const startMs = clock.nowMs();
    playing.add(
      once(() => (ticks += 1)),
      startMs,
    );
    playing.add(
      once(() => playing.catchUp()),
      startMs,
    );
    playing.catchUp();
    expect([ticks, playing.size, failures]).toEqual([1, 0, []]);
  });
});
