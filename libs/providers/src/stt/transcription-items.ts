import type { Heard } from '@app/conversation/ports';

interface Item {
  id: string;
  guessed: string;
  settled: string | undefined;
}

/** Stretches of the caller's words, which are settled in the order in which they were said, however they are answered. */
export class TranscriptionItems {
  #items: Item[] = [];

  /** More of a stretch; one that is new stands behind all others. */
  add(id: string, delta: string): Heard[] {
    this.#itemOf(id).guessed += delta;
    return delta === '' ? [] : [{ type: 'words-changed', text: this.#guess() }];
  }

  /** @param text undefined: what was guessed will have to do */
  settle(id: string, text: string | undefined): Heard[] {
    const item = this.#itemOf(id);
    item.settled = (text ?? item.guessed).trim();
    const heard: Heard[] = [];
    for (let next = this.#items[0]; next?.settled !== undefined; next = this.#items[0]) {
      heard.push({ type: 'words-settled', text: next.settled, confidence: 1, words: [] });
      this.#items.shift();
    }
    const isGuessed = heard.length > 0 && this.#guess() !== '';
    return isGuessed ? [...heard, { type: 'words-changed', text: this.#guess() }] : heard;
  }

  #guess(): string {
    return this.#items
      .map(({ guessed, settled }) => (settled ?? guessed).trim())
      .filter((text) => text !== '')
      .join(' ');
  }

  #itemOf(id: string): Item {
    const known = this.#items.find((item) => item.id === id);
    if (known) return known;
    const item: Item = { id, guessed: '', settled: undefined };
    this.#items.push(item);
    return item;
  }
}
