const MARK = '\u0000';
const MARKED = /"\\u0000(-?\d+)\\u0000"/g;

/** JSON in which a bigint is a number with all its digits, as a Go server writes its 64-bit ids. */
export function bigJson(value: unknown): string {
  const marked = JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'bigint' ? `${MARK}${part}${MARK}` : part,
  );
  return marked.replace(MARKED, '$1');
}
