import type { CallEvidence } from '../call-evidence.js';
import type { HeardCall } from '../report/played-call.js';
import { align } from './alignment.js';
import { heardWords } from './heard-words.js';
import { type MadePiece, madePiece } from './made-piece.js';

/** What was played to a caller: from when on (ms since 1970), and how it sounded. */
export interface PlayedSound {
  agentSound: Int16Array;
  rateHz: number;
  beganAtMs: number;
}

/**
 * Listens to all that was played, knowing only what the voice double made. Null when it made nothing.
 *
 * It takes some tenths of a second at once: for after a call. Await `loadResampler` first.
 */
export function hearCall(sound: PlayedSound, evidence: CallEvidence): HeardCall | null {
  const pieces = piecesOf(evidence, sound);
  if (pieces.length === 0) return null;
  const alignment = align({ samples: sound.agentSound, rateHz: sound.rateHz }, pieces);
  const modelRequests = evidence.modelRequests.map((request) => ({ ...request, atMs: request.atMs - sound.beganAtMs }));
  return {
    recogniser: evidence.recogniser,
    pieces,
    alignment,
    words: heardWords(alignment.runs, pieces),
    modelRequests,
    cuts: evidence.cuts.map((cut) => ({ ...cut, atMs: cut.atMs - sound.beganAtMs })),
  };
}

/** Everything that may have been played, in the order in which it was made. */
function piecesOf(evidence: CallEvidence, line: PlayedSound): MadePiece[] {
  const all = [...evidence.sharedPieces, ...evidence.pieces].map((piece) => madePiece(piece, line));
  return all.sort((a, b) => a.madeAtMs - b.madeAtMs);
}
