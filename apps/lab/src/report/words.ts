/** The words of a text as they are compared: lower case, without punctuation, an apostrophe kept inside a word. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFC')
    .toLowerCase()
    .replace(/[’']/g, "'")
    .split(/[^\p{L}\p{N}']+/u)
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .filter((word) => word.length > 0);

/** One step of turning `from` into `to`: a word that is in both, or only in one, or another in its place. */
export type WordEdit =
  | { type: 'same' | 'other'; from: number; to: number }
  | { type: 'missing'; from: number }
  | { type: 'extra'; to: number };

/** The fewest edits (Levenshtein), in order. */
export function wordEdits(from: readonly string[], to: readonly string[]): WordEdit[] {
  const costs = costTable(from, to);
  const edits: WordEdit[] = [];
  let [a, b] = [from.length, to.length];
  while (a > 0 || b > 0) {
    const here = costs[a]?.[b] ?? 0;
    const same = a > 0 && b > 0 && from[a - 1] === to[b - 1];
    if (a > 0 && b > 0 && here === (costs[a - 1]?.[b - 1] ?? 0) + (same ? 0 : 1)) {
      edits.push({ type: same ? 'same' : 'other', from: --a, to: --b });
    } else if (a > 0 && here === (costs[a - 1]?.[b] ?? 0) + 1) edits.push({ type: 'missing', from: --a });
    else edits.push({ type: 'extra', to: --b });
  }
  return edits.reverse();
}

export const editCount = (from: readonly string[], to: readonly string[]): number =>
  wordEdits(from, to).filter(({ type }) => type !== 'same').length;

function costTable(from: readonly string[], to: readonly string[]): number[][] {
  const costs: number[][] = [Array.from({ length: to.length + 1 }, (_, b) => b)];
  for (let a = 1; a <= from.length; a += 1) {
    const row = [a];
    for (let b = 1; b <= to.length; b += 1) {
      const instead = (costs[a - 1]?.[b - 1] ?? 0) + (from[a - 1] === to[b - 1] ? 0 : 1);
      row.push(Math.min(instead, (costs[a - 1]?.[b] ?? 0) + 1, (row[b - 1] ?? 0) + 1));
    }
    costs.push(row);
  }
  return costs;
}
