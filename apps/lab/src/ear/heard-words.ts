import type { Run } from './alignment.js';
import type { MadePiece, MadeWord } from './made-piece.js';

/** A word of the agent's that reached the caller's ear. Times are ms since the stream began. */
export interface HeardWord {
  text: string;
  startMs: number;
  endMs: number;
  /** Index among the pieces that the voice made. */
  piece: number;
}

/** A word was heard when so much of it was played. */
const ENOUGH = 0.6;

/** A reply that was cut goes on sooner than this; a piece that is played again after a longer time is said again. */
const GOES_ON_WITHIN_MS = 4_000;

/** What was heard, in the order in which it was heard. A word that was cut and at once said again is heard once. */
export function heardWords(runs: readonly Run[], pieces: readonly MadePiece[]): HeardWord[] {
  const heard: HeardWord[] = [];
  for (const [piece, { words }] of pieces.entries()) {
    for (const saying of sayings(runs.filter((run) => run.piece === piece))) {
      for (const word of words) {
        const played = playedPart(word, saying);
        if (played) heard.push({ text: word.text, piece, ...played });
      }
    }
  }
  return heard.sort((a, b) => a.startMs - b.startMs);
}

/** The runs of one piece, one list for each time that it was said. */
function sayings(runs: readonly Run[]): Run[][] {
  const found: Run[][] = [];
  for (const run of runs) {
    const last = found.at(-1)?.at(-1);
    const goesOn = last && run.fromMs - last.fromMs - last.lengthMs < GOES_ON_WITHIN_MS;
    if (goesOn) found.at(-1)?.push(run);
    else found.push([run]);
  }
  return found;
}

/** When the word was played, if enough of it was. */
function playedPart(word: MadeWord, runs: readonly Run[]): { startMs: number; endMs: number } | null {
  const parts = runs.flatMap((run) => overlap(word, run));
  const lengthMs = Math.max(1, word.endMs - word.startMs);
  if (unionMs(parts) / lengthMs < ENOUGH) return null;
  const last = parts.reduce((latest, part) => (part.playedAtMs > latest.playedAtMs ? part : latest));
  return { startMs: last.playedAtMs, endMs: last.playedAtMs + last.toMs - last.fromMs };
}

interface Part {
  /** In the piece. */
  fromMs: number;
  toMs: number;
  playedAtMs: number;
}

function overlap(word: MadeWord, run: Run): Part[] {
  const fromMs = Math.max(word.startMs, run.offsetMs);
  const toMs = Math.min(Math.max(word.endMs, word.startMs + 1), run.offsetMs + run.lengthMs);
  return fromMs < toMs ? [{ fromMs, toMs, playedAtMs: run.fromMs + fromMs - run.offsetMs }] : [];
}

function unionMs(parts: readonly Part[]): number {
  let [total, untilMs] = [0, -Infinity];
  for (const { fromMs, toMs } of [...parts].sort((a, b) => a.fromMs - b.fromMs)) {
    total += Math.max(0, toMs - Math.max(fromMs, untilMs));
    untilMs = Math.max(untilMs, toMs);
  }
  return total;
}
