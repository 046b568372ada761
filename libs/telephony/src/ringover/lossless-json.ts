/**
 * Reads JSON without rounding: an integer of 16 digits or more becomes its own text (Ringover's ids are unsigned 64-bit
 * integers), all else is what `JSON.parse` makes of it.
 *
 * @throws SyntaxError when it is not JSON, or is nested too deeply to be walked
 */
export function parseLossless(json: string): unknown {
  try {
    return JSON.parse(json, keepLongIntegers);
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxError('nested too deeply', { cause: error });
    throw error;
  }
}

const LONG_INTEGER = /^-?\d{16,}$/;

/** `source` is the number as it was written; the engine gives it for numbers, strings, true, false and null only. */
function keepLongIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === 'number' && context?.source && LONG_INTEGER.test(context.source) ? context.source : value;
}

/** Deeper than anything a carrier sends; bounds the recursion. */
const MAX_DEPTH = 64;

/** Whether two values read from JSON are the same, whatever the order of their keys. Too deep counts as different. */
export function isSameJson(one: unknown, other: unknown, depth = 0): boolean {
  if (one === other) return true;
  if (depth >= MAX_DEPTH || !isContainer(one) || !isContainer(other)) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => Object.hasOwn(other, key) && isSameJson(one[key], other[key], depth + 1));
}

/**
 * One text for all writings of the same value: keys in order, no spaces, numbers as texts (ids come as either). Undefined
 * for what is nested too deeply.
 */
export function canonicalJson(value: unknown, depth = 0): string | undefined {
  if (typeof value === 'number') return JSON.stringify(String(value));
  if (!isContainer(value)) return JSON.stringify(value);
  if (depth >= MAX_DEPTH) return undefined;
  const isList = Array.isArray(value);
  const parts: string[] = [];
  for (const key of isList ? Object.keys(value) : Object.keys(value).sort()) {
    const part = canonicalJson(value[key], depth + 1);
    if (part === undefined) return undefined;
    parts.push(isList ? part : `${JSON.stringify(key)}:${part}`);
  }
  return isList ? `[${parts.join()}]` : `{${parts.join()}}`;
}

/** An object of JSON, not an array and not null. */
export const isRecord = (value: unknown): value is Record<string, unknown> =>
  isContainer(value) && !Array.isArray(value);

const isContainer = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** What stands at a dot path such as `data.call_id`; undefined where the path leads nowhere. */
export function atPath(value: unknown, path: string): unknown {
  let at = value;
  for (const step of path.split('.')) {
    if (!isContainer(at) || !Object.hasOwn(at, step)) return undefined;
    at = at[step];
  }
  return at;
}
