import type { Prisma } from './generated/prisma/client.js';

/**
 * Postgres keeps neither NUL nor half a surrogate pair, and both can come: from a recogniser, from a model whose token
 * ended in the middle of an emoji, from a webhook. They become U+FFFD, as a decoder would have it.
 */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD');

/** The same for every string in it. `undefined` members are left out, as JSON does. */
export function storableJson(value: unknown): Prisma.InputJsonValue {
  const json = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? storableText(member) : member,
  );
  return JSON.parse(json ?? 'null') as Prisma.InputJsonValue;
}
