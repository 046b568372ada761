import { describe, expect, it } from '@jest/globals';
import { WordPlacer } from './word-placer.js';

const characters = (text: string, fromMs = 0) =>
  [...text].map((character, n) => ({ text: character, startMs: fromMs + n * 10, endMs: fromMs + n * 10 + 10 }));

describe('placing words', () => {
  it('tells a word when it is whole, though its letters come apart', () => {
    const placer = new WordPlacer('Ça va ?');
    expect(placer.place(characters('Ç'))).toEqual([]);
    expect(placer.place(characters('a v', 10))).toEqual([{ text: 'Ça', startMs: 0, endMs: 20 }]);
    expect(placer.place(characters('a ?', 40))).toEqual([
      { text: 'va', startMs: 30, endMs: 50 },
      { text: '?', startMs: 60, endMs: 70 },
    ]);
    expect(placer.finish()).toEqual([]);
  });

  it('keeps the last word until the end when the text was not spoken as it was written', () => {
    const placer = new WordPlacer('It costs 5 €.');
    expect(placer.place(characters('five euros')).map(({ text }) => text)).toEqual(['five']);
    expect(placer.finish().map(({ text }) => text)).toEqual(['euros']);
  });

  it('makes no word of spaces', () => {
    const placer = new WordPlacer('a b');
    expect(placer.place(characters('  a \n\t b  ')).map(({ text }) => text)).toEqual(['a', 'b']);
    expect(placer.finish()).toEqual([]);
  });
});
