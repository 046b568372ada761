import { rms, samplesIn } from '@app/audio';
import { likeness } from './correlation.js';
import { Locator, type Place } from './locate.js';
import { EAR_RATE_HZ, type MadePiece } from './made-piece.js';

/** Sound of one piece that was played without a break: `length` samples from `offset` of the piece, at place `from`. */
export interface Run {
  piece: number;
  offset: number;
  from: number;
  length: number;
}

export interface Alignment {
  runs: readonly Run[];
  /** Sound that no piece explains, in ms. */
  unknownMs: number;
}

const STEP = samplesIn(10, EAR_RATE_HZ);
/** Sound of nobody known is skipped in such steps, until something is known again. */
const LOST_STEP = samplesIn(20, EAR_RATE_HZ);
/** The end of a run is found to the millisecond. */
const FINE_STEP = samplesIn(1, EAR_RATE_HZ);
/** Quieter than this is silence on either side: dither and the last bits of a fading sound. */
const QUIET_RMS = 40;
const ALIKE = 0.8;

const msOf = (samples: number): number => (samples * 1_000) / EAR_RATE_HZ;

/**
 * Says for each stretch of what was played, from which piece of the voice's it comes.
 *
 * It looks for a piece at each beginning of sound, and then follows it until the two differ: at the end of the piece, at
 * a cut, or at a gap. A piece that was cut and sent again is so found in several runs.
 */
export function align(played: Int16Array, pieces: readonly MadePiece[], from = 0, to = played.length): Alignment {
  const locator = new Locator(pieces);
  const runs: Run[] = [];
  let [at, unknown] = [nextSound(played, from), 0];
  while (at < to) {
    const places = locator.find(played, at, { before: msOf(at), expected: placeAfter(runs.at(-1)) });
    const run = longestRun(played, pieces, at, places);
    if (run) runs.push(run);
    else unknown += LOST_STEP;
    at = nextSound(played, run ? run.from + run.length : at + LOST_STEP);
  }
  return { runs, unknownMs: msOf(unknown) };
}

const placeAfter = (run: Run | undefined): Place | null =>
  run ? { piece: run.piece, offset: run.offset + run.length } : null;

/** Two sentences that begin alike part sooner or later; of places that never part, the likeliest. */
function longestRun(
  played: Int16Array,
  pieces: readonly MadePiece[],
  from: number,
  places: readonly Place[],
): Run | undefined {
  const runs = places.map(({ piece, offset }): Run => {
    const made = pieces[piece]?.samples ?? new Int16Array(0);
    return { piece, offset, from, length: follow(played, from, made, offset) };
  });
  const longest = Math.max(0, ...runs.map(({ length }) => length));
  return longest === 0 ? undefined : runs.find(({ length }) => length > longest - STEP);
}

/** How many samples are the same from these two places on. */
function follow(played: Int16Array, at: number, made: Int16Array, offset: number): number {
  const longest = Math.min(played.length - at, made.length - offset);
  let same = 0;
  const stepped = (step: number) => {
    while (same < longest) {
      const length = Math.min(step, longest - same);
      const a = played.subarray(at + same, at + same + length);
      const b = made.subarray(offset + same, offset + same + length);
      if (!areSame(a, b)) return;
      same += length;
    }
  };
  stepped(STEP);
  stepped(FINE_STEP);
  return same;
}

function areSame(a: Int16Array, b: Int16Array): boolean {
  const loudness = [rms(a), rms(b)];
  if (Math.max(...loudness) < QUIET_RMS) return true;
  if (Math.min(...loudness) < QUIET_RMS / 2) return false;
  return likeness({ samples: a, from: 0 }, { samples: b, from: 0 }, a.length) >= ALIKE;
}

/** The place from `from` on where something begins to sound, to the millisecond; the end when nothing does. */
function nextSound(played: Int16Array, from: number): number {
  let at = from;
  while (at < played.length && rms(played.subarray(at, at + FINE_STEP)) < QUIET_RMS) at += FINE_STEP;
  return Math.min(at, played.length);
}
