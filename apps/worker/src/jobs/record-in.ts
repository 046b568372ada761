import { BrokenLog, type LogEntry, readLog, recordOf } from '@app/conversation';
import type { CallRecord } from '@app/conversation/ports';

const NOTHING: CallRecord = { segments: [], latencies: [], events: [], endReason: null, durationMs: 0 };

/**
 * What a log tells. One that is broken, because Redis lost a part of it, tells what comes before the break; one that is
 * empty tells nothing.
 */
export function recordIn(lines: readonly string[]): {
  record: CallRecord;
  entries: readonly LogEntry[];
  isWhole: boolean;
} {
  const whole = tryRead(lines);
  const entries = whole ?? longestReadable(lines);
  return { record: entries.length > 0 ? recordOf(entries) : NOTHING, entries, isWhole: whole !== undefined };
}

/** A log that breaks off at a line is readable up to it: halving finds the line. */
function longestReadable(lines: readonly string[]): LogEntry[] {
  let [readable, broken] = [0, lines.length];
  while (broken - readable > 1) {
    const middle = (readable + broken) >> 1;
    if (tryRead(lines.slice(0, middle))) readable = middle;
    else broken = middle;
  }
  return readLog(lines.slice(0, readable));
}

function tryRead(lines: readonly string[]): LogEntry[] | undefined {
  try {
    return readLog(lines);
  } catch (error) {
    if (error instanceof BrokenLog) return undefined;
    throw error;
  }
}
