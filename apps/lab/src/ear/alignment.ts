import { rms } from '@app/audio';
import { likeness } from './correlation.js';
import { Locator, type Place } from './locate.js';
import type { MadePiece } from './made-piece.js';

/** Sound of one piece that was played without a break: `lengthMs` from `offsetMs` of the piece, heard from `fromMs` on. */
export interface Run {
  piece: number;
  offsetMs: number;
  fromMs: number;
  lengthMs: number;
}

export interface Alignment {
  runs: readonly Run[];
  /** Sound that no piece explains. */
  unknownMs: number;
}

const STEP_MS = 10;
/** The end of a run is found to the millisecond. */
const FINE_STEP_MS = 1;
/** Sound of nobody known is skipped in such steps, until something is known again. */
const LOST_STEP_MS = 20;
/** Quieter than this is silence on either side: dither and the last bits of a fading sound. */
const QUIET_RMS = 40;
const ALIKE = 0.8;

/** The same in samples of the line. */
interface Stretch extends Place {
  from: number;
  length: number;
}

/**
 * Says for each stretch of what was played, from which piece of the voice's it comes.
 *
 * It looks for a piece at each beginning of sound, and then follows it until the two differ: at the end of the piece, at
 * a cut, or at a gap. A piece that was cut and sent again is so found in several runs.
 *
 * @param pieces at the rate of what was played
 */
export function align(played: { samples: Int16Array; rateHz: number }, pieces: readonly MadePiece[]): Alignment {
  const perMs = played.rateHz / 1_000;
  const alignment = new Aligner(played.samples, pieces, perMs).align();
  const runs = alignment.map(({ piece, offset, from, length }) => ({
    ...{ piece, offsetMs: offset / perMs, fromMs: from / perMs, lengthMs: length / perMs },
  }));
  return { runs: runs.filter(({ piece }) => piece !== NOBODY), unknownMs: unknownMs(runs) };
}

/** In the place of a piece: sound that is nobody's. */
const NOBODY = -1;

const unknownMs = (runs: readonly Run[]): number =>
  runs.reduce((sum, { piece, lengthMs }) => sum + (piece === NOBODY ? lengthMs : 0), 0);

class Aligner {
  readonly #locator: Locator;

  constructor(
    private readonly played: Int16Array,
    private readonly pieces: readonly MadePiece[],
    private readonly perMs: number,
  ) {
    this.#locator = new Locator(pieces, perMs);
  }

  align(): Stretch[] {
    const found: Stretch[] = [];
    let at = this.#nextSound(0);
    while (at < this.played.length) {
      const stretch = this.#stretchAt(
        at,
        found.findLast(({ piece }) => piece !== NOBODY),
      );
      found.push(stretch);
      at = this.#nextSound(stretch.from + stretch.length);
    }
    return found;
  }

  /** Two sentences that begin alike part sooner or later; of places that never part, the likeliest. */
  #stretchAt(from: number, last: Stretch | undefined): Stretch {
    const expected = last ? { piece: last.piece, offset: last.offset + last.length } : null;
    const places = this.#locator.find(this.played, from, { beforeMs: from / this.perMs, expected });
    const followed = places.map((place): Stretch => ({ ...place, from, length: this.#follow(from, place) }));
    const longest = Math.max(0, ...followed.map(({ length }) => length));
    const best = followed.find(({ length }) => length > longest - STEP_MS * this.perMs);
    return best && longest > 0 ? best : { piece: NOBODY, offset: 0, from, length: LOST_STEP_MS * this.perMs };
  }

  /** How many samples are the same from these two places on. */
  #follow(from: number, { piece, offset }: Place): number {
    const made = this.pieces[piece]?.samples ?? new Int16Array(0);
    const longest = Math.min(this.played.length - from, made.length - offset);
    let same = 0;
    for (const stepMs of [STEP_MS, FINE_STEP_MS]) {
      while (same < longest) {
        const length = Math.min(stepMs * this.perMs, longest - same);
        const a = this.played.subarray(from + same, from + same + length);
        if (!areSame(a, made.subarray(offset + same, offset + same + length))) break;
        same += length;
      }
    }
    return same;
  }

  /** The place from `from` on where something begins to sound, to the millisecond; the end when nothing does. */
  #nextSound(from: number): number {
    const step = FINE_STEP_MS * this.perMs;
    let at = from;
    while (at < this.played.length && rms(this.played.subarray(at, at + step)) < QUIET_RMS) at += step;
    return Math.min(at, this.played.length);
  }
}

function areSame(a: Int16Array, b: Int16Array): boolean {
  const loudness = [rms(a), rms(b)];
  if (Math.max(...loudness) < QUIET_RMS) return true;
  if (Math.min(...loudness) < QUIET_RMS / 2) return false;
  return likeness({ samples: a, from: 0 }, { samples: b, from: 0 }, a.length) >= ALIKE;
}
