import { samplesIn } from '@app/audio';
import { envelope, envelopeLikeness, likeness } from './correlation.js';
import { EAR_RATE_HZ, type MadePiece } from './made-piece.js';

/** A place in what the voice made. */
export interface Place {
  piece: number;
  /** In samples from the piece's first. */
  offset: number;
}

/** The coarse search compares loudness in blocks of 5 ms. */
const BLOCK = samplesIn(5, EAR_RATE_HZ);
/** Lengths to compare, the surest first: short ones are for sound that was cut off soon after. */
const PROBES = [400, 200, 90].map((lengthMs) => samplesIn(lengthMs, EAR_RATE_HZ));
const COARSE_CANDIDATES = 24;
/** The loudness of the true place is this alike, whatever the grid of blocks; that of others now and then. */
const COARSE_ALIKE = 0.6;
const LAG_SAMPLES = samplesIn(60, EAR_RATE_HZ);
/** So far from the true place the loudness may be most alike, where a sound swells slowly. */
const MOST_LAG = samplesIn(15, EAR_RATE_HZ);
/** The same samples give 1; through another resampler 0.97; other words of the same voice up to 0.6. */
const SURE = 0.85;
/** Likenesses that differ less than this are the same sound made twice. */
const SAME = 0.02;

type Candidate = Place & { score: number };

/** Finds where in the voice's pieces the sound that was played at a place comes from. */
export class Locator {
  readonly #envelopes: readonly Float32Array[];

  constructor(private readonly pieces: readonly MadePiece[]) {
    this.#envelopes = pieces.map((piece) => envelope(piece.samples, BLOCK));
  }

  /**
   * All places that sound the same as what was played, the likeliest first: several when the voice said the same twice,
   * or began two sentences with the same words. Empty when it is nothing that the voice made.
   *
   * @param before only pieces made by then (ms on the call's clock) can have been played
   * @param expected where the voice would go on, or went on to something new
   */
  find(played: Int16Array, from: number, { before, expected }: { before: number; expected: Place | null }): Place[] {
    for (const length of PROBES) {
      if (from + length > played.length) continue;
      const candidates = this.#coarse(played, from, length, before);
      const fine = candidates.map((candidate) => this.#fine(played, from, length, candidate));
      const best = Math.max(...fine.map(({ score }) => score), 0);
      if (best >= SURE) return likeliestFirst(distinct(fine.filter(({ score }) => score >= best - SAME)), expected);
    }
    return [];
  }

  #coarse(played: Int16Array, from: number, length: number, before: number): Candidate[] {
    const pattern = envelope(played, BLOCK, from, from + length);
    const found: Candidate[] = [];
    for (const [piece, track] of this.#envelopes.entries()) {
      if ((this.pieces[piece]?.madeAtMs ?? 0) > before) continue;
      found.push(
        ...peaks(envelopeLikeness(pattern, track)).map(({ at, score }) => ({ piece, offset: at * BLOCK, score })),
      );
    }
    return found.sort((a, b) => b.score - a.score).slice(0, COARSE_CANDIDATES);
  }

  /** The lag is found on the first part, which is enough for it; how sure it is, on all of the probe. */
  #fine(played: Int16Array, from: number, length: number, { piece, offset: coarse }: Candidate): Candidate {
    const samples = this.pieces[piece]?.samples ?? new Int16Array(0);
    const part = Math.min(length, LAG_SAMPLES);
    let best = { offset: coarse, score: -1 };
    for (let lag = -MOST_LAG; lag <= MOST_LAG; lag += 1) {
      const offset = coarse + lag;
      if (offset < 0 || offset + length > samples.length) continue;
      const score = likeness({ samples: played, from }, { samples, from: offset }, part);
      if (score > best.score) best = { offset, score };
    }
    if (best.score < SURE - SAME) return { piece, ...best };
    return {
      piece,
      offset: best.offset,
      score: likeness({ samples: played, from }, { samples, from: best.offset }, length),
    };
  }
}

function peaks(scores: Float32Array): { at: number; score: number }[] {
  const found: { at: number; score: number }[] = [];
  for (let at = 0; at < scores.length; at += 1) {
    const score = scores[at] ?? 0;
    if (score > COARSE_ALIKE && score >= (scores[at - 1] ?? -1) && score >= (scores[at + 1] ?? -1))
      found.push({ at, score });
  }
  return found;
}

/** Neighbouring candidates may have found the same place. */
const distinct = (candidates: readonly Candidate[]): Candidate[] => [
  ...new Map(candidates.map((candidate) => [`${candidate.piece}/${candidate.offset}`, candidate])).values(),
];

/** Of pieces that sound the same: where it goes on, else the next one made, else any. */
function likeliestFirst(candidates: readonly Candidate[], expected: Place | null): Place[] {
  const inOrder = [...candidates].sort((a, b) => a.piece - b.piece || a.offset - b.offset);
  if (!expected) return inOrder;
  const rank = ({ piece, offset }: Place): number => {
    if (piece === expected.piece && offset >= expected.offset - BLOCK * 2) return 0;
    return piece > expected.piece ? 1 : 2;
  };
  return inOrder.sort((a, b) => rank(a) - rank(b));
}
