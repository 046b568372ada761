import type { SpokenWord } from '@app/conversation/ports';

/** Characters of a text with their place in the sound, each in ms since the first sample of the piece. */
export interface PlacedCharacter {
  text: string;
  startMs: number;
  endMs: number;
}

/** Makes words of placed characters, which come in any portions; a word is told once, when it is whole. */
export class WordPlacer {
  #word: SpokenWord | undefined;
  #missing: number;

  /** @param text what is spoken: when its last character is placed, so is its last word */
  constructor(text: string) {
    this.#missing = lettersIn(text);
  }

  place(characters: Iterable<PlacedCharacter>): SpokenWord[] {
    const words: SpokenWord[] = [];
    for (const character of characters) {
      const letters = lettersIn(character.text);
      if (letters > 0) this.#grow(character);
      this.#missing -= letters;
      if (letters === 0 || this.#missing === 0) words.push(...this.finish());
    }
    return words;
  }

  /** The word that nothing came after. */
  finish(): SpokenWord[] {
    const word = this.#word;
    this.#word = undefined;
    return word ? [word] : [];
  }

  #grow({ text, startMs, endMs }: PlacedCharacter): void {
    const word = this.#word;
    this.#word = word ? { ...word, text: word.text + text, endMs } : { text, startMs, endMs };
  }
}

const lettersIn = (text: string): number => text.replace(/\s/g, '').length;
