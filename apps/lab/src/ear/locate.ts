import { envelope, envelopeLikeness, likeness } from './correlation.js';
import type { MadePiece } from './made-piece.js';

/** A place in what the voice made. */
export interface Place {
  piece: number;
  /** In samples from the piece's first. */
  offset: number;
}

/** The coarse search compares loudness in blocks. */
const BLOCK_MS = 5;
/** Lengths to compare, the surest first: short ones are for sound that was cut off soon after. */
const PROBES_MS = [400, 200, 90];
const COARSE_CANDIDATES = 24;
/** The loudness of the true place is this alike, whatever the grid of blocks; that of others now and then. */
const COARSE_ALIKE = 0.6;
/** The lag is found on the first part of a probe, which is enough for it. */
const LAG_PART_MS = 60;
/** So far from the true place the loudness may be most alike, where a sound swells slowly. */
const MOST_LAG_MS = 15;
/** The same samples give 1; through another resampler 0.97; other words of the same voice up to 0.6. */
const SURE = 0.85;
/** Likenesses that differ less than this are the same sound made twice. */
const SAME = 0.02;

type Candidate = Place & { score: number };

/** Finds where in the voice's pieces the sound that was played at a place comes from. */
export class Locator {
  readonly #envelopes: readonly Float32Array[];

  readonly #block: number;

  /** @param perMs samples a millisecond, of the pieces and of what is played */
  constructor(
    private readonly pieces: readonly MadePiece[],
    private readonly perMs: number,
  ) {
    this.#block = BLOCK_MS * perMs;
    this.#envelopes = pieces.map((piece) => envelope(piece.samples, this.#block));
  }

  /**
   * All places that sound the same as what was played, the likeliest first: several when the voice said the same twice,
   * or began two sentences with the same words. Empty when it is nothing that the voice made.
   *
   * @param beforeMs only pieces made by then can have been played
   * @param expected where the voice would go on, or went on to something new
   */
  find(
    played: Int16Array,
    from: number,
    { beforeMs, expected }: { beforeMs: number; expected: Place | null },
  ): Place[] {
    for (const length of PROBES_MS.map((ms) => ms * this.perMs)) {
      if (from + length > played.length) continue;
      const candidates = this.#coarse(played, from, length, beforeMs);
      const fine = candidates.map((candidate) => this.#fine(played, from, length, candidate));
      const best = Math.max(...fine.map(({ score }) => score), 0);
      if (best >= SURE)
        return likeliestFirst(distinct(fine.filter(({ score }) => score >= best - SAME)), expected, this.#block * 2);
    }
    return [];
  }

  #coarse(played: Int16Array, from: number, length: number, beforeMs: number): Candidate[] {
    const pattern = envelope(played, this.#block, from, from + length);
    const found: Candidate[] = [];
    for (const [piece, track] of this.#envelopes.entries()) {
      if ((this.pieces[piece]?.madeAtMs ?? 0) > beforeMs) continue;
      found.push(
        ...peaks(envelopeLikeness(pattern, track)).map(({ at, score }) => ({ piece, offset: at * this.#block, score })),
      );
    }
    return found.sort((a, b) => b.score - a.score).slice(0, COARSE_CANDIDATES);
  }

  #fine(played: Int16Array, from: number, length: number, { piece, offset: coarse }: Candidate): Candidate {
    const samples = this.pieces[piece]?.samples ?? new Int16Array(0);
    const part = Math.min(length, LAG_PART_MS * this.perMs);
    const first = Math.max(0, coarse - MOST_LAG_MS * this.perMs);
    const last = Math.min(samples.length - length, coarse + MOST_LAG_MS * this.perMs);
    const best = { offset: coarse, score: -1 };
    for (let offset = first; offset <= last; offset += 1) {
      const score = likeness({ samples: played, from }, { samples, from: offset }, part);
      if (score > best.score) Object.assign(best, { offset, score });
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
function likeliestFirst(candidates: readonly Candidate[], expected: Place | null, slack: number): Place[] {
  const inOrder = [...candidates].sort((a, b) => a.piece - b.piece || a.offset - b.offset);
  if (!expected) return inOrder;
  const rank = ({ piece, offset }: Place): number => {
    if (piece === expected.piece && offset >= expected.offset - slack) return 0;
    return piece > expected.piece ? 1 : 2;
  };
  return inOrder.sort((a, b) => rank(a) - rank(b));
}
