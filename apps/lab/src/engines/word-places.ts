/** A sound of speech as the synthesizer names it, and when it ends. */
export interface Phone {
  name: string;
  startMs: number;
  endMs: number;
}

export interface WordPlace {
  startMs: number;
  endMs: number;
}

/** The synthesizer's name for silence. */
export const PAUSE = 'pau';

/** Of a match, a near match (both vowels, or both consonants), another sound, and one that has no counterpart. */
const COST = { same: 0, near: 0.6, other: 1.4, lone: 0.8 };
const VOWEL = /^[aeiou]/;

/**
 * Finds where each word lies in the phones of the whole sentence, from the phones of the words said alone.
 *
 * A sentence changes a few sounds of its words ("the" before a vowel, "25" beside a unit), so the two rows are aligned
 * by least cost. A word without a sound is 0 ms long, at the end of the one before it.
 */
export function placeWords(sentence: readonly Phone[], words: readonly (readonly string[])[]): WordPlace[] {
  const voiced = sentence.filter(({ name }) => name !== PAUSE);
  const owners = words.flatMap((phones, word) => phones.map((name) => ({ name, word })));
  const ownerOf = align(
    voiced.map(({ name }) => name),
    owners.map(({ name }) => name),
  ).map((at) => owners[at]?.word);
  let endMs = sentence[0]?.name === PAUSE ? sentence[0].endMs : 0;
  return words.map((_, word) => {
    const own = voiced.filter((_phone, at) => ownerOf[at] === word);
    const startMs = own[0]?.startMs ?? endMs;
    endMs = own.at(-1)?.endMs ?? endMs;
    return { startMs, endMs };
  });
}

/** For each of `heard`, the place in `expected` that it stands for; one that stands for none goes with the one before. */
function align(heard: readonly string[], expected: readonly string[]): number[] {
  const costs = costTable(heard, expected);
  const width = expected.length + 1;
  const cost = (row: number, column: number): number => costs[row * width + column] ?? Infinity;
  const places = new Array<number>(heard.length).fill(0);
  let [row, column] = [heard.length, expected.length];
  while (row > 0) {
    const here = cost(row, column);
    if (column > 0 && here === cost(row - 1, column - 1) + difference(heard[row - 1], expected[column - 1])) {
      places[--row] = --column;
    } else if (column > 0 && here === cost(row, column - 1) + COST.lone) {
      column -= 1;
    } else {
      places[--row] = Math.max(0, column - 1);
    }
  }
  return places;
}

function costTable(heard: readonly string[], expected: readonly string[]): Float64Array {
  const width = expected.length + 1;
  const costs = new Float64Array((heard.length + 1) * width);
  const at = (place: number): number => costs[place] ?? 0;
  for (let place = 1; place < costs.length; place += 1) {
    const [row, column] = [Math.floor(place / width), place % width];
    const over = row > 0 ? at(place - width) + COST.lone : Infinity;
    const along = column > 0 ? at(place - 1) + COST.lone : Infinity;
    const both = row && column ? at(place - width - 1) + difference(heard[row - 1], expected[column - 1]) : Infinity;
    costs[place] = Math.min(over, along, both);
  }
  return costs;
}

function difference(one = '', other = ''): number {
  if (one === other) return COST.same;
  return VOWEL.test(one) === VOWEL.test(other) ? COST.near : COST.other;
}
