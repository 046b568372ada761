import type { LineCounts } from '../counted-line.js';
import type { LogEntry } from './entry.js';
import { recordOf } from './record.js';

/** A call in a few figures. */
export interface CallStats {
  /** On the call's clock: the end, or the last that was written. */
  durationMs: number;
  turns: number;
  /** Utterances that stand in the transcript. */
  messages: { caller: number; agent: number };
  /** Replies that the caller cut off. */
  interruptions: number;
  /** What the recogniser said last, also if it is not settled yet; null: nothing. */
  lastTranscription: { text: string; atMs: number; settled: boolean } | null;
  /** Null before the line is closed, and in logs of older programs. */
  line: LineCounts | null;
}

/** Read off the log alone, as far as it goes. */
export function statsOf(entries: readonly LogEntry[]): CallStats {
  const { segments, durationMs } = recordOf(entries);
  const caller = segments.filter(({ speaker }) => speaker === 'caller');
  const closed = entries.findLast(({ input }) => input.type === 'line-closed')?.input;
  return {
    durationMs,
    turns: new Set(caller.map(({ turn }) => turn)).size,
    messages: { caller: caller.length, agent: segments.length - caller.length },
    interruptions: segments.filter(({ interrupted }) => interrupted).length,
    lastTranscription: lastTranscriptionIn(entries),
    line: (closed?.type === 'line-closed' && closed.counted) || null,
  };
}

function lastTranscriptionIn(entries: readonly LogEntry[]): CallStats['lastTranscription'] {
  for (const { atMs, input } of entries.toReversed()) {
    const isWords = input.type === 'words-settled' || input.type === 'words-changed';
    if (isWords && input.text.trim() !== '')
      return { text: input.text.trim(), atMs: Math.round(atMs), settled: input.type === 'words-settled' };
  }
  return null;
}
