import type { Call } from '../call.js';
import { step } from '../step.js';
import type { Effect } from './effect.js';
import type { LogEntry } from './entry.js';

/** The first place at which the same inputs led to something else. */
export interface Divergence {
  seq: number;
  atMs: number;
  input: string;
  recorded: readonly Effect[];
  replayed: readonly Effect[];
}

export interface Replayed {
  entries: number;
  effects: number;
  divergence: Divergence | null;
}

/** Lives a call again from its log: the same code must want the same done, byte for byte. */
export function replay(entries: readonly LogEntry[]): Replayed {
  let call: Call | null = null;
  let effects = 0;
  for (const entry of entries) {
    const next = step(call, entry);
    call = next.call;
    effects += next.effects.length;
    if (JSON.stringify(next.effects) === JSON.stringify(entry.effects)) continue;
    const { seq, atMs, input } = entry;
    const divergence = { seq, atMs, input: input.type, recorded: entry.effects, replayed: next.effects };
    return { entries: entries.length, effects, divergence };
  }
  return { entries: entries.length, effects, divergence: null };
}

/** A setting that does not exist, or a value of the wrong kind. */
export class UnknownSetting extends Error {}

/**
 * The same log with one setting of its first entry changed, such as `turns.pauseMs`.
 *
 * @param path of a number or a boolean in `CallSettings`
 * @throws UnknownSetting
 */
export function withSetting(entries: readonly LogEntry[], path: string, value: string): LogEntry[] {
  const [first, ...rest] = structuredClone([...entries]);
  if (first?.input.type !== 'call-started') throw new UnknownSetting('a log begins with call-started');
  const steps = path.split('.');
  const name = steps.pop() ?? '';
  const place = steps.reduce<unknown>((at, step) => (isRecord(at) ? at[step] : undefined), first.input.settings);
  const before = isRecord(place) ? place[name] : undefined;
  if (!isRecord(place) || before === undefined) throw new UnknownSetting(`there is no setting ${path}`);
  place[name] = parsed(path, before, value);
  return [first, ...rest];
}

function parsed(path: string, before: unknown, value: string): number | boolean {
  if (typeof before === 'boolean' && /^(true|false)$/.test(value)) return value === 'true';
  const number = Number(value);
  if (typeof before === 'number' && value.trim() !== '' && Number.isFinite(number)) return number;
  throw new UnknownSetting(`${path} is a ${typeof before}, and cannot be ${JSON.stringify(value)}`);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
