import { seededRandom } from '../seeded-random.js';
import type { MadePiece } from '../ear/made-piece.js';

const WORD_MS = 300;
const PAUSE_MS = 60;

/** Sound like words: each a noise of its own, rising and falling, 300 ms long, with 60 ms between; 100 ms of quiet first. */
export function syntheticPiece(
  text: string,
  { seed, rateHz = 8_000, madeAtMs = 0 }: { seed: number; rateHz?: number; madeAtMs?: number },
): MadePiece {
  const texts = text.split(' ');
  const random = seededRandom(seed);
  const perMs = rateHz / 1_000;
  const samples = new Int16Array((100 + texts.length * (WORD_MS + PAUSE_MS)) * perMs);
  const words = texts.map((word, at) => {
    const startMs = 100 + at * (WORD_MS + PAUSE_MS);
    fillWord(samples.subarray(startMs * perMs, (startMs + WORD_MS) * perMs), random, rateHz);
    return { text: word, startMs, endMs: startMs + WORD_MS };
  });
  return { contextId: `context-${seed}`, text, samples, words, madeAtMs };
}

/** A few tones of a telephone's band, with syllables in their loudness. */
function fillWord(word: Int16Array, random: () => number, rateHz: number): void {
  const tones = Array.from({ length: 5 }, () => ({ hz: 300 + random() * 2_700, phase: random() * 6 }));
  const syllableHz = 4 + random() * 6;
  for (let n = 0; n < word.length; n += 1) {
    const seconds = n / rateHz;
    const loudness = 700 * (1.2 + Math.sin(2 * Math.PI * syllableHz * seconds));
    word[n] = tones.reduce((sum, { hz, phase }) => sum + loudness * Math.sin(2 * Math.PI * hz * seconds + phase), 0);
  }
}

/** A timeline of `lengthMs` at 8 kHz with stretches of pieces laid on it. */
export function playedOf(
  lengthMs: number,
  laid: readonly { piece: MadePiece; atMs: number; fromMs?: number; toMs?: number }[],
): Int16Array {
  const played = new Int16Array(lengthMs * 8);
  for (const { piece, atMs, fromMs = 0, toMs = piece.samples.length / 8 } of laid) {
    played.set(piece.samples.subarray(fromMs * 8, toMs * 8), atMs * 8);
  }
  return played;
}
