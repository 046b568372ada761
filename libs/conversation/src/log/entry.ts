import type { Effect } from './effect.js';
import type { Input } from './input.js';

/** Version of the log's form; a reader refuses what it does not know. */
export const LOG_FORMAT = 1;

/** An input with its place in the call. */
export interface Stamped {
  /** 0, 1, 2, … without gaps. */
  seq: number;
  /** On the call's clock, in ms; never decreases. Rounded to 0.1 ms before the machine sees it. */
  atMs: number;
  input: Input;
}

/** One line of the log: what happened, and what the machine then wanted done. */
export interface LogEntry extends Stamped {
  effects: readonly Effect[];
}

/** The log does not follow its own form; the message says at which line. */
export class BrokenLog extends Error {}

/** One JSON line, always with the same order of keys. */
export const writeEntry = ({ seq, atMs, input, effects }: LogEntry): string =>
  JSON.stringify(seq === 0 ? { format: LOG_FORMAT, seq, atMs, input, effects } : { seq, atMs, input, effects });

/**
 * Reads JSON lines in order; empty lines are passed over, a repeated line (a batch written twice) is read once.
 *
 * @param known what was read of it before: the lines go on from there
 * @throws BrokenLog for a gap, an unknown format or a line that is not JSON
 */
export function readLog(lines: readonly string[], known: readonly LogEntry[] = []): LogEntry[] {
  const entries: LogEntry[] = [...known];
  lines.forEach((line, index) => {
    if (line.trim() === '') return;
    const entry = parse(line, index);
    if (entry.seq === 0 && entry.format !== LOG_FORMAT) {
      throw new BrokenLog(`line ${index + 1}: format ${entry.format}, and this reader knows ${LOG_FORMAT}`);
    }
    if (entry.seq < entries.length) return;
    if (entry.seq > entries.length) throw new BrokenLog(`line ${index + 1}: entry ${entries.length} is missing`);
    const { seq, atMs, input, effects } = entry;
    entries.push({ seq, atMs, input, effects });
  });
  return entries;
}

function parse(line: string, index: number): LogEntry & { format?: number } {
  try {
    return JSON.parse(line) as LogEntry & { format?: number };
  } catch (cause) {
    throw new BrokenLog(`line ${index + 1} is not JSON`, { cause });
  }
}
