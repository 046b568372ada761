import type { RenderedWord } from '../../engines/speech-engine.js';

/** Where each character of a chunk lies, in ms since the chunk's first sample: their form. */
export interface Alignment {
  chars: string[];
  charStartTimesMs: number[];
  charsDurationsMs: number[];
}

interface PlacedCharacter {
  char: string;
  startMs: number;
  lengthMs: number;
}

/** Each word's characters share its time evenly; a space lies at the end of its word, and lasts no time. */
export function placeCharacters(words: readonly RenderedWord[]): PlacedCharacter[] {
  return words.flatMap(({ text, startMs, endMs }, index) => {
    const chars = [...text];
    const each = (endMs - startMs) / Math.max(1, chars.length);
    const placed = chars.map((char, n) => ({ char, startMs: startMs + n * each, lengthMs: each }));
    return index < words.length - 1 ? [...placed, { char: ' ', startMs: endMs, lengthMs: 0 }] : placed;
  });
}

/** Those that begin in this chunk; the last chunk has all that are left. Null for none, as theirs is. */
export function alignmentOf(characters: readonly PlacedCharacter[], fromMs: number, toMs: number): Alignment | null {
  const here = characters.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  if (here.length === 0) return null;
  return {
    chars: here.map(({ char }) => char),
    charStartTimesMs: here.map(({ startMs }) => Math.round(startMs - fromMs)),
    charsDurationsMs: here.map(({ lengthMs }) => Math.round(lengthMs)),
  };
}
