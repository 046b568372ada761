import { durationMs } from '@app/audio';
import type { HeardCall, PlayedCall } from './played-call.js';

/** A reply of a model that speaks, which was cut off: how much of its sound the model was told was heard, and how much was. */
export interface CutReply {
  text: string;
  /** All of it, when the model was never told that it was cut off. */
  toldMs: number;
  heardMs: number;
  /** From the `break` to when the model was told; null when it was not, or no `break` came before. */
  lateMs: number | null;
}

/** Less of a reply's end may be missing in what was heard: its last sound is silence. Milliseconds. */
const SILENT_END_MS = 300;

/** The last word on each reply counts: it may be cut shorter, never longer. */
export function cutReplies(call: PlayedCall, heard: HeardCall): CutReply[] {
  const items = new Set(heard.pieces.flatMap(({ within }) => within?.itemId ?? []));
  return [...items].flatMap((itemId) => {
    const reply = replyOf(itemId, call, heard);
    const told = heard.cuts.filter((cut) => cut.itemId === itemId);
    const [first, last] = [told[0], told.at(-1)];
    if (first && last) return [{ ...reply.known, toldMs: last.audioEndMs, lateMs: lateOf(first.atMs, call) }];
    return reply.wasCut ? [{ ...reply.known, toldMs: reply.lengthMs, lateMs: null }] : [];
  });
}

function replyOf(itemId: string, { rateHz, durationMs: callMs }: PlayedCall, { pieces, alignment }: HeardCall) {
  const own = pieces.filter(({ within }) => within?.itemId === itemId);
  const runs = alignment.runs.filter(({ piece }) => pieces[piece]?.within?.itemId === itemId);
  const ends = runs.map(({ piece, offsetMs, lengthMs }) => (pieces[piece]?.within?.startMs ?? 0) + offsetMs + lengthMs);
  const heardMs = Math.max(0, ...ends);
  const lengthMs = Math.max(0, ...own.map(({ within, samples }) => (within?.startMs ?? 0) + durationMs(samples.length, rateHz)));
  const endedMs = Math.max(0, ...runs.map(({ fromMs, lengthMs: ranMs }) => fromMs + ranMs));
  return {
    known: { text: own.map(({ text }) => text).join(' '), heardMs },
    lengthMs,
    /** While somebody was there to go on with it. */
    wasCut: heardMs > 0 && heardMs < lengthMs - SILENT_END_MS && endedMs < callMs - SILENT_END_MS,
  };
} // prettier-ignore

function lateOf(toldAtMs: number, { received }: PlayedCall): number | null {
  const cut = received.findLast(({ command, atMs }) => command.type === 'break' && atMs <= toldAtMs);
  return cut ? toldAtMs - cut.atMs : null;
}
