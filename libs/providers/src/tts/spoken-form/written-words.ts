import type { SpokenWord } from '@app/conversation/ports';
import type { SpokenStretch } from './spoken-form.js';

/** Finds the words of a text in what was said for it: what is remembered is spelled as it was written. */
export class WrittenWords {
  readonly #stretches: readonly { written: string[]; count: number }[];
  #at = 0;
  /** Said words of the stretch that is not whole yet. */
  #said: SpokenWord[] = [];

  constructor(stretches: readonly SpokenStretch[]) {
    this.#stretches = stretches.map(({ written, said }) => ({
      written: written.split(' '),
      count: said === '' ? 0 : said.split(' ').length,
    }));
  }

  /** A written word is told when all that was said for its stretch has a place. */
  place(said: readonly SpokenWord[]): SpokenWord[] {
    return said.flatMap((word) => {
      this.#said.push(word);
      const stretch = this.#stretches[this.#at];
      if (!stretch) return this.#told([word.text]); // a voice that says more than it was asked to
      if (this.#said.length < stretch.count) return [];
      this.#at += 1;
      return this.#told(stretch.written);
    });
  }

  /** What is left when the voice placed fewer words than it was asked to say. @param endMs of the whole sound */
  finish(endMs: number): SpokenWord[] {
    const written = this.#stretches.slice(this.#at).flatMap((stretch) => stretch.written);
    this.#at = this.#stretches.length;
    if (written.length === 0 || this.#said.length === 0) return [];
    this.#said.push({ text: '', startMs: endMs, endMs });
    return this.#told(written);
  }

  /** The time of what was said, shared out evenly. */
  #told(written: readonly string[]): SpokenWord[] {
    const [first, last] = [this.#said[0], this.#said.at(-1)];
    this.#said = [];
    if (!first || !last) return [];
    const share = (last.endMs - first.startMs) / written.length;
    return written.map((text, at) => ({
      text,
      startMs: Math.round(first.startMs + at * share),
      endMs: Math.round(first.startMs + (at + 1) * share),
    }));
  }
}
