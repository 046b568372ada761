import { durationMs, rms, type SampleRateHz, samplesIn } from '@app/audio';
import type { SpokenWord } from '../ports/index.js';

/** Blocks that are louder than this are sound; what voices put before their first word is far below it. */
const SOUND_RMS = 120;
const BLOCK_MS = 10;
/** Kept before the first sound: consonants begin softly. Milliseconds. */
const LEAD_MS = 30;
/** A voice that is quiet for longer than this is played as it is. Milliseconds. */
const LONGEST_MS = 600;

/** What can be played of a piece, once its first sound is there. */
export interface Started {
  samples: Int16Array;
  words: readonly SpokenWord[];
  /** So much silence was left out before it. */
  skippedMs: number;
}

/** The beginning of a piece, held back until it sounds: the caller has waited for it, and need not wait for silence too. */
export class SilentStart {
  #samples = new Int16Array(0);
  readonly #words: SpokenWord[] = [];

  constructor(private readonly rateHz: SampleRateHz) {}

  /** @returns what there is without the silence; undefined as long as there is nothing but silence */
  add(samples: Int16Array, words: readonly SpokenWord[]): Started | undefined {
    const all = new Int16Array(this.#samples.length + samples.length);
    all.set(this.#samples);
    all.set(samples, this.#samples.length);
    this.#samples = all;
    this.#words.push(...words);
    const onset = this.#onset();
    if (onset !== undefined) return this.#from(Math.max(0, onset - samplesIn(LEAD_MS, this.rateHz)));
    return all.length > samplesIn(LONGEST_MS, this.rateHz) ? this.end() : undefined;
  }

  /** All of it: it never sounded. */
  end(): Started {
    return this.#from(0);
  }

  /** Where the first block begins that is sound. */
  #onset(): number | undefined {
    const block = samplesIn(BLOCK_MS, this.rateHz);
    for (let at = 0; at + block <= this.#samples.length; at += block)
      if (rms(this.#samples.subarray(at, at + block)) >= SOUND_RMS) return at;
    return undefined;
  }

  #from(sample: number): Started {
    const skippedMs = durationMs(sample, this.rateHz);
    return { samples: this.#samples.subarray(sample), words: earlier(this.#words, skippedMs), skippedMs };
  }
}

/** The same words in sound of which so much was left out at its beginning. */
export const earlier = (words: readonly SpokenWord[], byMs: number): readonly SpokenWord[] =>
  byMs === 0
    ? words
    : words.map((word) => ({
        ...word,
        startMs: Math.max(0, word.startMs - byMs),
        endMs: Math.max(0, word.endMs - byMs),
      }));
