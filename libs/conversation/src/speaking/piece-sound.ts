import { durationMs, type SampleRateHz } from '@app/audio';
import type { SpokenWord } from '../ports/index.js';
import type { SoundOfPiece } from './heard.js';
import { earlier, SilentStart, type Started } from './silent-start.js';

/** The sound of one piece of a reply, as far as the voice has made it. */
export class PieceSound {
  readonly #stretches: Int16Array[] = [];
  readonly #words: SpokenWord[] = [];
  #length = 0;
  #whole = false;
  /** Where the last read ended: reads go forward, so that the next one need not search. */
  #at = { stretch: 0, from: 0 };
  #start: SilentStart | undefined;
  #skippedMs = 0;

  /** @param isAwaited nothing is heard before it: it begins with its first sound, not with the silence before it */
  constructor(
    readonly text: string,
    private readonly rateHz: SampleRateHz,
    isAwaited = false,
  ) {
    if (isAwaited) this.#start = new SilentStart(rateHz);
  }

  /** Samples so far. */
  get length(): number {
    return this.#length;
  }
  get whole(): boolean {
    return this.#whole;
  }

  /** Silence of the voice's own that was left out at its beginning. Milliseconds. */
  get skippedMs(): number {
    return this.#skippedMs;
  }

  add(samples: Int16Array, words: readonly SpokenWord[]): void {
    if (!this.#start) return this.#append(samples, earlier(words, this.#skippedMs));
    const started = this.#start.add(samples, words);
    if (started) this.#begin(started);
  }

  end(): void {
    if (this.#start) this.#begin(this.#start.end());
    this.#whole = true;
  }

  #begin({ samples, words, skippedMs }: Started): void {
    this.#start = undefined;
    this.#skippedMs = skippedMs;
    this.#append(samples, words);
  }

  #append(samples: Int16Array, words: readonly SpokenWord[]): void {
    if (samples.length > 0) this.#stretches.push(samples);
    this.#length += samples.length;
    this.#words.push(...words);
  }

  /** Copies samples from `from` on into the whole of `into`; what is not there is silence. */
  read(from: number, into: Int16Array): void {
    if (from < this.#at.from) this.#at = { stretch: 0, from: 0 };
    let { stretch, from: start } = this.#at;
    let filled = 0;
    for (; filled < into.length;) {
      const samples = this.#stretches[stretch];
      if (!samples) break;
      const offset = from + filled - start;
      if (offset >= samples.length) {
        start += samples.length;
        stretch += 1;
        continue;
      }
      const count = Math.min(samples.length - offset, into.length - filled);
      into.set(samples.subarray(offset, offset + count), filled);
      filled += count;
    }
    this.#at = { stretch, from: start };
    into.fill(0, filled);
  }

  get known(): SoundOfPiece {
    return {
      text: this.text,
      words: this.#words,
      lengthMs: durationMs(this.#length, this.rateHz),
      whole: this.#whole,
    };
  }
}
