import type { Call } from '../call.js';
import { step } from '../step.js';
import type { LogEntry } from './entry.js';

/** A call as its log leaves it, for a process that goes on with it. */
export interface RelivedCall {
  call: Call;
  /** The number of the next entry. */
  seq: number;
  /** Of the last entry, on the call's clock. */
  atMs: number;
  /** Events that were told of it. */
  told: number;
  /** For how long what was being said is known to have sounded, since the last whole piece. Milliseconds. */
  soundedMs: number;
  /** It was being recorded. */
  recorded: boolean;
}

/** @returns undefined for a call with which nobody can go on: it had not begun, was over, or was turned away */
export function relive(entries: readonly LogEntry[]): RelivedCall | undefined {
  const call = entries.reduce<Call | null>((before, entry) => step(before, entry).call, null);
  const last = entries.at(-1);
  if (!call || !last || call.phase === 'opening' || call.phase === 'closed' || call.turnedAway) return undefined;
  const told = entries.flatMap(({ effects }) =>
    effects.flatMap((each) => (each.type === 'tell' ? [each.event.type] : [])),
  );
  const recording = told.findLast((type) => type === 'recording.started' || type === 'recording.ended');
  return {
    call,
    seq: last.seq + 1,
    atMs: last.atMs,
    told: told.length,
    soundedMs: last.atMs - (soundsSinceMs(entries, call) ?? last.atMs),
    recorded: recording === 'recording.started',
  };
}

function soundsSinceMs(entries: readonly LogEntry[], { agent }: Call): number | undefined {
  if (agent.floor === 'idle') return undefined;
  const { epoch } = agent.reply;
  const isMark = ({ input }: LogEntry) =>
    (input.type === 'reply-audible' || input.type === 'piece-heard') && input.epoch === epoch;
  return entries.findLast(isMark)?.atMs;
}
