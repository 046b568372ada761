import { durationMs, type SampleRateHz } from '@app/audio';
import type { Spoken } from '@app/conversation/ports';
import { Mailbox } from '@app/kernel';
import { PcmStream } from './pcm-stream.js';
import { type PlacedCharacter, WordPlacer } from './word-placer.js';

/** One piece of text on its way to sound. */
export class SpokenPiece {
  /** Ends with the sound, or with the error that ended it. One reader. */
  readonly sound = new Mailbox<Spoken>();
  readonly #pcm = new PcmStream();
  readonly #words: WordPlacer;
  #samples = 0;

  constructor(
    /** The vendor's name of it. */
    readonly id: string,
    readonly text: string,
    private readonly rateHz: SampleRateHz,
  ) {
    this.#words = new WordPlacer(text);
  }

  /** Sound that came so far. */
  get lengthMs(): number {
    return durationMs(this.#samples, this.rateHz);
  }

  /** @param characters placed in ms since the start of `bytes` */
  hear(bytes: Uint8Array, characters: readonly PlacedCharacter[]): void {
    const fromMs = this.lengthMs;
    const words = this.#words.place(characters.map((character) => movedBy(fromMs, character)));
    const samples = this.#pcm.read(bytes);
    this.#samples += samples.length;
    if (samples.length > 0 || words.length > 0) this.sound.push({ samples, words });
  }

  end(): void {
    const words = this.#words.finish();
    if (words.length > 0) this.sound.push({ samples: new Int16Array(0), words });
    this.sound.close();
  }

  fail(error: unknown): void {
    this.sound.close(error);
  }
}

const movedBy = (byMs: number, { text, startMs, endMs }: PlacedCharacter): PlacedCharacter => ({
  text,
  startMs: Math.round(startMs + byMs),
  endMs: Math.round(endMs + byMs),
});
