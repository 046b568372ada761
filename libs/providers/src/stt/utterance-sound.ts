import { type SampleRateHz, samplesIn } from '@app/audio';

/** Kept while nobody speaks, so that a voice that was noticed late is there from its beginning. Milliseconds. */
const KEPT_MS = 3_000;
/** Before a voice was noticed, its first consonant. Milliseconds. */
const BEFORE_MS = 200;
/** A longer utterance goes in parts; below Whisper's own window of 30 s. */
const PART_MS = 25_000;

/** The sound of an utterance, from a little before it begins; bounded. */
export class UtteranceSound {
  #samples: Int16Array;
  #filled = 0;
  #begun = false;
  readonly #kept: number;
  readonly #before: number;
  readonly #most: number;

  constructor(private readonly rateHz: SampleRateHz) {
    this.#kept = samplesIn(KEPT_MS, rateHz);
    this.#before = samplesIn(BEFORE_MS, rateHz);
    this.#most = samplesIn(PART_MS, rateHz);
    this.#samples = new Int16Array(2 * this.#kept); // moved to its front once in so many samples as it keeps
  }

  /** @returns a part that is full; what comes then belongs to the next */
  push(samples: Int16Array): Int16Array | undefined {
    if (!this.#begun && this.#filled + samples.length > this.#samples.length) this.#forgetBut(this.#kept);
    const part = this.#filled + samples.length > this.#most ? this.#cut() : undefined;
    if (this.#filled + samples.length > this.#samples.length) this.#grow(this.#filled + samples.length);
    this.#samples.set(samples, this.#filled);
    this.#filled += samples.length;
    return part;
  }

  /** The voice began so long ago; what was before it is of no use. */
  begin(agoMs: number): void {
    if (this.#begun) return;
    this.#begun = true;
    this.#forgetBut(Math.round((agoMs * this.rateHz) / 1_000) + this.#before);
  }

  /** The utterance, which is over. */
  end(): Int16Array {
    this.#begun = false;
    const sound = this.#cut();
    if (this.#samples.length > 2 * this.#kept) this.#samples = new Int16Array(2 * this.#kept);
    return sound;
  }

  #cut(): Int16Array {
    const sound = this.#samples.slice(0, this.#filled);
    this.#filled = 0;
    return sound;
  }

  #forgetBut(samples: number): void {
    if (samples >= this.#filled) return;
    this.#samples.copyWithin(0, this.#filled - samples, this.#filled);
    this.#filled = samples;
  }

  #grow(least: number): void {
    const larger = new Int16Array(Math.max(least, Math.min(this.#most, this.#samples.length * 2)));
    larger.set(this.#samples.subarray(0, this.#filled));
    this.#samples = larger;
  }
}
