import type { SpeechToSpeechSession } from '../ports/index.js';

/** Quiet without a word for so many times what is kept is not worth what it costs to have the model hear it. */
const WORDLESS = 5;
/** The same of voices: nobody says more in one breath. */
const WORDLESS_VOICES = 60;

/** The caller's sound on its way to the model: all of it since the last turn, but not the long silence before the words. */
export class CallerSound {
  #session: SpeechToSpeechSession | undefined;
  #kept = new Int16Array(0);
  #keptSamples = 0;
  #sinceWords = 0;
  /** Since a voice was heard last, less the time that its words may take. */
  #quiet = 0;
  #isVoiced = false;
  #hasWords = false;
  /** Since the first voice that is not in the history yet began; undefined: there was none. */
  #sinceVoice: number | undefined;
  /** A session that came in the middle of it was given its end only. */
  #isWhole = true;

  /** Something was recognised in what is pushed. */
  get hasWords(): boolean {
    return this.#hasWords;
  }

  /** All that was said since the last turn lies in what the session was pushed. */
  get isWhole(): boolean {
    return this.#isWhole;
  }

  /** So much of the newest sound goes to whichever session comes next. */
  keep(samples: number): void {
    this.#kept = new Int16Array(samples);
  }

  goTo(session: SpeechToSpeechSession): void {
    this.#session = session;
    const newest = this.#newest();
    this.#isWhole = (this.#sinceVoice ?? 0) <= newest.length;
    session.push(newest);
  }

  /** A voice is heard, and was for so many samples; whether it says words may be known only when it is over. */
  beginVoice(ago: number): void {
    this.#isVoiced = true;
    this.#quiet = 0;
    this.#sinceVoice ??= ago;
  }

  /** It is over, and its words may come so much later. Samples. */
  endVoice(owed: number): void {
    this.#isVoiced = false;
    this.#quiet = -owed;
  }

  saidWords(): void {
    this.#hasWords = true;
  }

  taken(): void {
    this.#hasWords = false;
    this.#sinceWords = 0;
    this.#quiet = 0;
    this.#sinceVoice = undefined;
    this.#isWhole = true;
  }

  push(samples: Int16Array): void {
    this.#session?.push(samples);
    this.#remember(samples);
    this.#sinceWords += samples.length;
    if (this.#sinceVoice !== undefined) this.#sinceVoice += samples.length;
    if (!this.#isVoiced) this.#quiet += samples.length;
    const { length } = this.#kept;
    if (this.#hasWords || length === 0) return;
    if (this.#quiet < WORDLESS * length && this.#sinceWords < WORDLESS_VOICES * length) return;
    this.#quiet = this.#keptSamples;
    this.#sinceWords = this.#keptSamples;
    this.#sinceVoice = this.#isVoiced ? this.#keptSamples : undefined;
    this.#isWhole = true;
    this.#session?.forget();
    this.#session?.push(this.#newest());
  }

  #remember(samples: Int16Array): void {
    const { length } = this.#kept;
    const taken = samples.length > length ? samples.subarray(samples.length - length) : samples;
    const over = Math.max(0, this.#keptSamples + taken.length - length);
    if (over > 0) this.#kept.copyWithin(0, over, this.#keptSamples);
    this.#keptSamples -= over;
    this.#kept.set(taken, this.#keptSamples);
    this.#keptSamples += taken.length;
  }

  #newest(): Int16Array {
    return this.#kept.subarray(0, this.#keptSamples);
  }
}
