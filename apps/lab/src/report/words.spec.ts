import { describe, expect, it } from '@jest/globals';
import { editCount, wordEdits, wordsOf } from './words.js';

describe('comparing words', () => {
  it('leaves out case and punctuation, and keeps what is inside of a word', () => {
    expect(wordsOf(" “Hello”, it’s nine o'clock—D’accord ?! À 10:30. ")).toEqual([
      ...['hello', "it's", 'nine', "o'clock", "d'accord", 'à', '10', '30'],
    ]);
  });

  it.each([
    ['a b c', 'a b c', 0],
    ['a b c', 'a c', 1],
    ['a b c', 'a x c d', 2],
    ['', 'a b', 2],
    ['a b c d', '', 4],
  ])('turns %j into %j with %i edits', (from, to, count) => {
    expect(editCount(wordsOf(from), wordsOf(to))).toBe(count);
  });

  it('tells each edit with its place', () => {
    expect(wordEdits(['a', 'b', 'c'], ['a', 'x', 'c', 'd'])).toEqual([
      { type: 'same', from: 0, to: 0 },
      { type: 'other', from: 1, to: 1 },
      { type: 'same', from: 2, to: 2 },
      { type: 'extra', to: 3 },
    ]);
  });
});
