import { z } from 'zod';
import { isRecord } from '../lossless-json.js';
import { readId, readInstant, readPhoneNumber, readText, readUserId } from '../ringover-values.js';

const read = <T>(as: (value: unknown) => T) => z.unknown().optional().transform(as);

/** Fields of Ringover's objects: what is absent, null or strange is undefined. */
export const id = read(readId);
export const userId = read(readUserId);
export const instant = read(readInstant);
export const phoneNumber = read(readPhoneNumber);
export const text = read(readText);
export const seconds = read((value) => (typeof value === 'number' && value >= 0 ? value : undefined));
/** Flags come as true and false, or as 1 and 0. */
export const flag = read((value) =>
  value === true || value === 1 ? true : value === false || value === 0 ? false : undefined,
);
export const texts = read((value) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []));
export const count = read((value) => (typeof value === 'number' ? value : undefined));

/** Without it a row is passed over: nothing could be done with it. */
export const needed = <T>(field: z.ZodType<T | undefined>) =>
  field.refine((value) => value !== undefined).transform((value) => value as T);

/**
 * The rows of a list: the answer itself, or what stands in it under `list` or a name like `call_list`. No answer is no
 * row. @throws Error for an answer without a list
 */
export function rowsOf<T>(json: unknown, row: z.ZodType<T>): T[] {
  if (json === undefined || json === null) return [];
  const list = Array.isArray(json) ? json : listIn(json);
  return list.flatMap((item) => {
    const parsed = row.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}

function listIn(json: unknown): readonly unknown[] {
  if (!isRecord(json)) throw new Error('neither a list nor an object');
  for (const [name, value] of Object.entries(json)) {
    if (!/^list$|_list$/.test(name)) continue;
    if (value === null) return [];
    if (Array.isArray(value)) return value as readonly unknown[];
  }
  throw new Error('no list in it');
}

/** A count beside a list; without one, the length of what came. */
export const countOf = (json: unknown, name: string, otherwise: number): number =>
  isRecord(json) && typeof json[name] === 'number' ? json[name] : otherwise;
