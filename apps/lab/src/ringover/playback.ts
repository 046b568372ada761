import { FRAME_MS, type SampleRateHz } from '@app/audio';
import { SoundTimeline } from '../sound-timeline.js';

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
  readonly #timeline = new SoundTimeline();
  /** Where the queue ends: the next sound is played no sooner. */
  #queueEnd = 0;

  constructor({ rateHz, delayMs }: PlaybackOptions) {
    this.rateHz = rateHz;
    this.delayMs = delayMs;
  }

  /** @returns when its first sample will be played, unless a `break` comes before */
  arrive(samples: Int16Array, atMs: number): number {
    const start = Math.max(this.#placeOf(atMs + this.delayMs), this.#queueEnd);
    this.#timeline.write(start, samples);
    this.#queueEnd = start + samples.length;
    return this.#msOf(start);
  }

  /** @returns how much of the queue it dropped, in ms: 0 when all had been played */
  break(atMs: number): number {
    const cut = this.#placeOf(atMs + this.delayMs);
    const dropped = Math.max(0, this.#queueEnd - cut);
    this.#timeline.silence(cut, this.#queueEnd);
    this.#queueEnd = Math.min(this.#queueEnd, cut);
    return this.#msOf(dropped);
  }

  /** What the caller hears from `fromMs` on, for `lengthMs` (20 by default): zeros where nothing is played. */
  heard(fromMs: number, lengthMs: number = FRAME_MS): Int16Array {
    return this.#timeline.read(this.#placeOf(fromMs), this.#placeOf(fromMs + lengthMs));
  }

  #placeOf(timeMs: number): number {
    return Math.round((Math.max(0, timeMs) * this.rateHz) / 1_000);
  }

  #msOf(samples: number): number {
    return (samples * 1_000) / this.rateHz;
  }
}
