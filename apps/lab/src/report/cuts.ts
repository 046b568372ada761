import type { HeardCall } from './played-call.js';

/** A reply of a model that speaks, which was cut off: how much of its sound the model was told was heard, and how much was. */
export interface CutReply {
  text: string;
  toldMs: number;
  heardMs: number;
}

/** The last word on each reply counts: it may be cut shorter, never longer. */
export function cutReplies({ cuts, pieces, alignment }: HeardCall): CutReply[] {
  const last = new Map(cuts.map((cut) => [cut.itemId, cut]));
  return [...last.values()].map(({ itemId, audioEndMs }) => {
    const own = pieces.filter(({ within }) => within?.itemId === itemId);
    const ends = alignment.runs.map(({ piece, offsetMs, lengthMs }) => {
      const within = pieces[piece]?.within;
      return within?.itemId === itemId ? within.startMs + offsetMs + lengthMs : 0;
    });
    return { text: own.map(({ text }) => text).join(' '), toldMs: audioEndMs, heardMs: Math.max(0, ...ends) };
  });
}
