import { FRAME_MS, type SampleRateHz, samplesIn } from '@app/audio';
import type { Random } from '../seeded-random.js';
import { SoundTimeline } from '../sound-timeline.js';
import { digitTones } from './digit-tones.js';
import type { Utterance } from './utterance.js';

/** When a line of the caller's sounds, in ms since the stream began. */
export interface SpokenLine {
  text: string;
  fromMs: number;
  toMs: number;
}

export interface MouthOptions {
  rateHz: SampleRateHz;
  /** Root mean square of the line's noise, of 32,768. */
  noise: number;
  random: Random;
}

const NOISE_MS = 4_000;

/** The caller's side of the sound: lines and digits when there are any, else the line's own light noise. */
export class Mouth {
  readonly spoken: SpokenLine[] = [];
  readonly #timeline = new SoundTimeline();
  readonly #noise: Int16Array;
  readonly #frameSamples: number;
  /** Samples that have left. */
  #left = 0;
  /** Where the line that is being said ends. */
  #busyUntil = 0;

  constructor(private readonly options: MouthOptions) {
    this.#frameSamples = samplesIn(FRAME_MS, options.rateHz);
    this.#noise = lightNoise(samplesIn(NOISE_MS, options.rateHz), options);
  }

  /** Begins with the next frame, or after what is still being said. */
  say({ text, samples, voicedFrom, voicedTo }: Utterance): SpokenLine {
    const start = this.#append(samples);
    const line = { text, fromMs: this.#msOf(start + voicedFrom), toMs: this.#msOf(start + voicedTo) };
    this.spoken.push(line);
    return line;
  }

  /** Presses keys: their tones (ITU-T Q.23) go into the sound. */
  press(digits: string): void {
    this.#append(digitTones(digits, this.options.rateHz));
  }

  get speaking(): boolean {
    return this.#busyUntil > this.#left;
  }

  /** The next frame, with noise; kept for the recording. */
  frame(): Int16Array {
    const from = this.#left;
    for (let at = 0; at < this.#frameSamples;) {
      const noiseAt = (from + at) % this.#noise.length;
      const piece = this.#noise.subarray(noiseAt, noiseAt + this.#frameSamples - at);
      this.#timeline.mix(from + at, piece);
      at += piece.length;
    }
    this.#left += this.#frameSamples;
    return this.#timeline.read(from, this.#left);
  }

  /** All that has left so far. */
  recording(): Int16Array {
    return this.#timeline.read(0, this.#left);
  }

  #append(samples: Int16Array): number {
    const start = Math.max(this.#left, this.#busyUntil);
    this.#timeline.write(start, samples);
    this.#busyUntil = start + samples.length;
    return start;
  }

  #msOf(place: number): number {
    return (place * 1_000) / this.options.rateHz;
  }
}

/** Three even draws added up: near enough to a normal distribution, with the wanted root mean square. */
function lightNoise(length: number, { noise, random }: MouthOptions): Int16Array {
  const width = noise * 2; // the sum of three draws of variance 1/12 has a deviation of 1/2
  return Int16Array.from({ length }, () => Math.round((random() + random() + random() - 1.5) * width));
}
