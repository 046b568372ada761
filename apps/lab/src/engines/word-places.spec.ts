import { describe, expect, it } from '@jest/globals';
import { type Phone, placeWords } from './word-places.js';

/** Each sound 100 ms long. */
const phones = (names: string): Phone[] =>
  names.split(' ').map((name, at) => ({ name, startMs: at * 100, endMs: at * 100 + 100 }));
const words = (...texts: string[]): string[][] => texts.map((text) => text.split(' ').filter((name) => name !== ''));

describe('the places of words', () => {
  it('are those of their sounds, without the pauses between', () => {
    expect(placeWords(phones('pau hh ax l ow pau dh eh r pau'), words('hh ax l ow', 'dh eh r'))).toEqual([
      { startMs: 100, endMs: 500 },
      { startMs: 600, endMs: 900 },
    ]);
  });

  it('are found although a word sounds another way in its sentence', () => {
    expect(placeWords(phones('dh iy ae p ax l'), words('dh ax', 'ae p ax l'))[1]).toEqual({ startMs: 200, endMs: 600 });
    expect(placeWords(phones('t uw k r ow n z'), words('t uw', 'k r ow n'))[1]).toEqual({ startMs: 200, endMs: 700 });
  });

  it('are no places for words without a sound', () => {
    expect(placeWords(phones('pau y eh s pau'), words('', 'y eh s', ''))).toEqual([
      { startMs: 100, endMs: 100 },
      { startMs: 100, endMs: 400 },
      { startMs: 400, endMs: 400 },
    ]);
  });
});
