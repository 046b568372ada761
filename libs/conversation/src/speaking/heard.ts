import type { SpokenWord } from '../ports/index.js';

/** A word counts as heard when so much of it was: the rest is guessed by every listener. */
const HEARD_SHARE = 0.6;

/** What is known of a piece's sound so far. */
export interface SoundOfPiece {
  text: string;
  words: readonly SpokenWord[];
  /** Of its whole sound, or of what came so far. */
  lengthMs: number;
  /** All its sound is there. */
  whole: boolean;
}

/** Without word times: how long a character takes to say, in ms (about 15 a second at a calm pace; an estimate). */
const MS_PER_CHARACTER = 65;

/**
 * The beginning of a piece that was heard in its first `heardMs`, cut after a word and spelled as in the text.
 * By the voice's own word times where there are any, else by length.
 */
export function heardText({ text, words, lengthMs, whole }: SoundOfPiece, heardMs: number): string {
  const tokens = text.split(/\s+/).filter((token) => token !== '');
  if (words.length === 0) {
    const total = whole ? lengthMs : Math.max(lengthMs, text.length * MS_PER_CHARACTER);
    const share = total > 0 ? Math.min(1, heardMs / total) : 0;
    const sure = whole ? HEARD_SHARE : 1; // of a guessed length no part of a word is counted
    return tokens.slice(0, Math.floor(tokens.length * share + 1 - sure)).join(' ');
  }
  const heard = words.filter(({ startMs, endMs }) => heardMs - startMs >= HEARD_SHARE * (endMs - startMs)).length;
  if (whole && heard === words.length) return text.trim();
  return words.length <= tokens.length
    ? tokens.slice(0, heard).join(' ')
    : words.slice(0, heard).map((word) => word.text).join(' '); // prettier-ignore
}
