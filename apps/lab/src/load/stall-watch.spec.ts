import { describe, expect, it } from '@jest/globals';
import type { Cancel, Clock } from '@app/kernel';
import { StallWatch } from './stall-watch.js';

/** A process that can stand still: what was due meanwhile comes after it, all at once. */
class StallingClock {
  #nowMs = 0;
  #due: { atMs: number; act: () => void }[] = [];
  readonly clock = {
    nowMs: () => this.#nowMs,
    after: (ms: number, act: () => void): Cancel => {
      const entry = { atMs: this.#nowMs + ms, act };
      this.#due.push(entry);
      return () => (this.#due = this.#due.filter((each) => each !== entry));
    },
  } as Clock;

  stand(ms: number): void {
    this.#nowMs += ms;
    for (const { act } of this.#due.splice(0)) act();
  }

  run(ms: number): void {
    for (let at = 0; at < ms; at += 10) this.stand(10);
  }
}

describe('a watch over a process', () => {
  it('tells apart what took long while the process ran and while it stood still', () => {
    const process = new StallingClock();
    const watch = new StallWatch(process.clock);
    const slow = watch.begin();
    process.run(120);
    slow();
    const held = watch.begin();
    process.stand(90);
    held();
    expect(watch.stop()).toEqual({ onTimeMs: [120], stalledMs: [90] });
  });

  it('knows of a stall that is noticed only after the answer was', () => {
    const process = new StallingClock();
    const watch = new StallWatch(process.clock);
    const asked = watch.begin();
    let answered = false;
    process.clock.after(1, () => {
      asked(); // read before the watch's own timer
      answered = true;
    });
    process.stand(200);
    expect(answered).toBe(true);
    expect(watch.stop()).toEqual({ onTimeMs: [], stalledMs: [200] });
  });

  it('forgives nothing that lay before or after a stall', () => {
    const process = new StallingClock();
    const watch = new StallWatch(process.clock);
    const before = watch.begin();
    process.run(30);
    before();
    process.stand(500);
    process.run(20);
    const after = watch.begin();
    process.run(40);
    after();
    expect(watch.stop()).toEqual({ onTimeMs: [30, 40], stalledMs: [] });
  });
});
