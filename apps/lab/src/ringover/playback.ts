import { FRAME_MS, type SampleRateHz, samplesIn } from '@app/audio';

export interface PlaybackOptions {
  rateHz: SampleRateHz;
  /** From a message's arrival to the caller's ear; the same for sound and for `break`. The api is never told. */
  delayMs: number;
}

/**
 * What a carrier does with the sound it is sent: queues it and plays it one to one in real time, `delayMs` late.
 *
 * It needs no timer: as the delay never changes, all that will be played of what has come is known when it comes. Times
 * are ms since the stream began; place 0 of the timeline is what the caller hears at 0 ms. `break` drops what is queued
 * from `delayMs` after it came; what has been played by then was heard.
 */
export class Playback {
  readonly rateHz: SampleRateHz;
  readonly delayMs: number;
  #timeline: Int16Array;
  /** Where the queue ends: the next sound is played no sooner. */
  #queueEnd = 0;

  constructor({ rateHz, delayMs }: PlaybackOptions) {
    this.rateHz = rateHz;
    this.delayMs = delayMs;
    this.#timeline = new Int16Array(samplesIn(60_000, rateHz));
  }

  /** @returns the place on the timeline where its first sample will be played, unless a `break` comes before */
  arrive(samples: Int16Array, atMs: number): number {
    const start = Math.max(this.#placeOf(atMs + this.delayMs), this.#queueEnd);
    this.#reserve(start + samples.length);
    this.#timeline.set(samples, start);
    this.#queueEnd = start + samples.length;
    return start;
  }

  /** @returns the place on the timeline from which nothing of what came before is played */
  break(atMs: number): number {
    const cut = this.#placeOf(atMs + this.delayMs);
    if (cut < this.#queueEnd) this.#timeline.fill(0, cut, this.#queueEnd);
    this.#queueEnd = Math.min(this.#queueEnd, cut);
    return cut;
  }

  /** What the caller hears from `fromMs` on, for `lengthMs` (20 by default): zeros where nothing is played. */
  heard(fromMs: number, lengthMs: number = FRAME_MS): Int16Array {
    const from = this.#placeOf(fromMs);
    this.#reserve(from + samplesIn(lengthMs, this.rateHz));
    return this.#timeline.slice(from, from + samplesIn(lengthMs, this.rateHz));
  }

  /** All that was played in the first `untilMs`, with the silence between. */
  timeline(untilMs: number): Int16Array {
    return this.heard(0, untilMs);
  }

  #placeOf(timeMs: number): number {
    return Math.round((Math.max(0, timeMs) * this.rateHz) / 1_000);
  }

  #reserve(length: number): void {
    if (length <= this.#timeline.length) return;
    const longer = new Int16Array(Math.max(length, this.#timeline.length * 2));
    longer.set(this.#timeline);
    this.#timeline = longer;
  }
}
