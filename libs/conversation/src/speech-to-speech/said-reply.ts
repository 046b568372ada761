import { FRAME_MS, type SampleRateHz, samplesIn } from '@app/audio';
import { Mailbox } from '@app/kernel';
import type { Spoken } from '../ports/index.js';

/** Quicker and slower than this nobody speaks: text that runs far ahead of its sound tells nothing of the pace. Milliseconds. */
const LEAST_PER_CHARACTER = 45;
const MOST_PER_CHARACTER = 90;

interface Piece {
  /** Where it ends in the text. */
  endCharacter: number;
  sound: Mailbox<Spoken>;
  given: boolean;
}

/**
 * A reply that the model speaks itself: one stream of sound, given out as the pieces that the conversation asks for.
 *
 * Where one piece ends in the sound is estimated by length. Pieces are played one after another, so a wrong guess moves no
 * sound: it only makes what was heard of a reply less exact.
 */
export class SaidReply {
  #text = '';
  readonly #waiting: Int16Array[] = [];
  #waitingSamples = 0;
  #samples = 0;
  #asked = 0;
  #piece: Piece | undefined;
  #end: { error?: unknown } | undefined;

  constructor(private readonly rateHz: SampleRateHz) {}

  get text(): string {
    return this.#text;
  }

  /** All sound that came. */
  get lengthMs(): number {
    return (this.#samples * 1_000) / this.rateHz;
  }

  /** The sound of all pieces so far. */
  get givenMs(): number {
    return ((this.#samples - this.#waitingSamples) * 1_000) / this.rateHz;
  }

  /** All that the model said came. */
  get isWhole(): boolean {
    return this.#end !== undefined && !('error' in this.#end);
  }

  say(text: string): void {
    this.#text += text;
    this.#deal();
  }

  sound(samples: Int16Array): void {
    this.#waiting.push(samples);
    this.#waitingSamples += samples.length;
    this.#samples += samples.length;
    this.#deal();
  }

  /** Nothing more comes; with an error, whoever still waits for sound gets it. */
  end(error?: unknown): void {
    this.#end ??= error === undefined ? {} : { error };
    this.#deal();
  }

  /** The sound of the next piece; undefined when this text is not what comes next in the reply, or it broke. */
  take(text: string): AsyncIterable<Spoken> | undefined {
    if (this.#piece || (this.#end && 'error' in this.#end)) return undefined;
    const endCharacter = endOf(text, this.#text, this.#asked);
    if (endCharacter === undefined) return undefined;
    this.#asked = endCharacter;
    this.#piece = { endCharacter, sound: new Mailbox(), given: false };
    const { sound } = this.#piece;
    this.#deal();
    return sound;
  }

  #deal(): void {
    const piece = this.#piece;
    if (!piece) return;
    const ends = this.#endOf(piece);
    this.#give(piece, ends - (this.#samples - this.#waitingSamples));
    const isThere = this.#samples - this.#waitingSamples >= Math.min(ends, this.#end ? this.#samples : Infinity);
    if (!isThere) return;
    this.#piece = undefined;
    if (this.#end && 'error' in this.#end) return piece.sound.close(this.#end.error);
    if (!piece.given) piece.sound.push({ samples: new Int16Array(samplesIn(FRAME_MS, this.rateHz)), words: [] });
    piece.sound.close();
  }

  /** The sample at which it ends, as far as that can be known; the last one ends with the sound. */
  #endOf({ endCharacter }: Piece): number {
    if (this.#text.slice(endCharacter).trim() === '') return Infinity;
    if (this.#end) return Math.round((this.#samples * endCharacter) / this.#text.length);
    const pace = Math.max(LEAST_PER_CHARACTER, Math.min(MOST_PER_CHARACTER, this.lengthMs / this.#text.length));
    return Math.round((endCharacter * pace * this.rateHz) / 1_000);
  }

  #give(piece: Piece, most: number): void {
    let left = most;
    while (left > 0) {
      const next = this.#waiting.shift();
      if (!next) return;
      const samples = next.length > left ? next.subarray(0, left) : next;
      if (samples.length < next.length) this.#waiting.unshift(next.subarray(samples.length));
      this.#waitingSamples -= samples.length;
      left -= samples.length;
      piece.given = true;
      piece.sound.push({ samples, words: [] });
    }
  }
}

const isLetter = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? '');

/** Where a sentence ends in a text that goes on with it from `from`; only letters and digits count, since markup is taken out of sentences. */
function endOf(sentence: string, text: string, from: number): number | undefined {
  let at = from;
  for (const letter of [...sentence].filter(isLetter)) {
    while (at < text.length && !isLetter(text[at])) at += 1;
    if (text[at] !== letter) return undefined;
    at += 1;
  }
  if (at === from) return undefined;
  while (at < text.length && !isLetter(text[at]) && text[at] !== ' ') at += 1;
  return at;
}
