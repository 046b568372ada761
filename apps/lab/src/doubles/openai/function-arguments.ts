import { z } from 'zod';
import type { ChatTool } from './chat.js';

/** What is known of the caller's wish, under the words that a function may use for it. */
export interface KnownFacts {
  date?: string | undefined;
  partOfDay?: string | undefined;
  startsAt?: string | undefined;
  name?: string | undefined;
  subject?: string | undefined;
}

const property = z.looseObject({ enum: z.array(z.unknown()).optional(), type: z.unknown().optional() });
const schema = z.looseObject({
  properties: z.record(z.string(), property).default({}),
  required: z.array(z.string()).default([]),
});
type Property = z.output<typeof property>;

/** The first that fits a name decides: `partOfDay` before `day`, `startsAt` before `at`. */
const MEANINGS: readonly (readonly [RegExp, keyof KnownFacts])[] = [
  [/part|period|moment/i, 'partOfDay'],
  [/start|slot|datetime|time|when/i, 'startsAt'],
  [/date|day/i, 'date'],
  [/name/i, 'name'],
  [/subject|reason|purpose|about|service|title/i, 'subject'],
];

/** Arguments for a function by the JSON Schema that came with it: what is known, and for the rest only what it requires. */
export function argumentsFor(tool: ChatTool, facts: KnownFacts): Record<string, unknown> {
  const { properties, required } = schema.parse(tool.function.parameters ?? {});
  const given = Object.entries(properties).map(([name, told]) => {
    const meaning = MEANINGS.find(([mark]) => mark.test(name))?.[1];
    const value = fitting(meaning && facts[meaning], told);
    return [name, value ?? (required.includes(name) ? filler(told) : undefined)] as const;
  });
  return Object.fromEntries(given.filter(([, value]) => value !== undefined));
}

const fitting = (value: string | undefined, { enum: allowed }: Property): string | undefined =>
  value !== undefined && (!allowed || allowed.includes(value)) ? value : undefined;

function filler({ enum: allowed, type }: Property): unknown {
  if (allowed) return allowed[0];
  return type === 'number' || type === 'integer' ? 1 : type === 'boolean' ? true : 'unknown';
}
