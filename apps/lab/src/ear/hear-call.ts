import type { CallEvidence } from '../call-evidence.js';
import type { HeardCall } from '../report/played-call.js';
import { align } from './alignment.js';
import { heardWords } from './heard-words.js';
import { atEarRate, type MadePiece, madePiece } from './made-piece.js';

/** What was played to a caller: from when on (ms since 1970), and how it sounded. */
export interface PlayedSound {
  agentSound: Int16Array;
  rateHz: number;
  beganAtMs: number;
}

/** Listens to all that was played, knowing only what the voice made. Await `loadResampler` first. */
export function hearCall(sound: PlayedSound, evidence: CallEvidence): HeardCall {
  const pieces = piecesOf(evidence, sound.beganAtMs);
  const alignment = align(atEarRate(sound.agentSound, sound.rateHz), pieces);
  const modelRequests = evidence.modelRequests.map((request) => ({ ...request, atMs: request.atMs - sound.beganAtMs }));
  return {
    recogniser: evidence.recogniser,
    pieces,
    alignment,
    words: heardWords(alignment.runs, pieces),
    modelRequests,
  };
}

/** Everything that may have been played, in the order in which it was made. */
function piecesOf(evidence: CallEvidence, beganAtMs: number): MadePiece[] {
  const all = [...evidence.sharedPieces, ...evidence.pieces].map((piece) => madePiece(piece, beganAtMs));
  return all.sort((a, b) => a.madeAtMs - b.madeAtMs);
}
