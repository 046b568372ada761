import { FRAME_MS, type SampleRateHz, samplesIn } from './audio-frame.js';

/** Cuts sound that comes in pieces of any size into pieces of one size, in order. */
export class Cutter {
  readonly #piece: Int16Array;
  #filled = 0;

  /** @param onPiece gets the same array each time: copy what must outlive the call */
  constructor(
    pieceSamples: number,
    private readonly onPiece: (piece: Int16Array) => void,
  ) {
    this.#piece = new Int16Array(pieceSamples);
  }

  /** Samples that wait for the rest of their piece. */
  get waiting(): number {
    return this.#filled;
  }

  push(samples: Int16Array): void {
    const piece = this.#piece;
    for (let from = 0; from < samples.length;) {
      const take = Math.min(piece.length - this.#filled, samples.length - from);
      for (let n = 0; n < take; n += 1) piece[this.#filled + n] = samples[from + n] ?? 0;
      this.#filled += take;
      from += take;
      if (this.#filled === piece.length) this.#emit();
    }
  }

  /** Fills the piece that waits with silence and gives it out; nothing when none waits. */
  flush(): void {
    if (this.#filled === 0) return;
    this.#piece.fill(0, this.#filled);
    this.#emit();
  }

  /** Drops what waits. */
  clear(): void {
    this.#filled = 0;
  }

  #emit(): void {
    this.#filled = 0;
    this.onPiece(this.#piece);
  }
}

/** Cuts into frames: 20 ms each. */
export class Reframer extends Cutter {
  constructor(rateHz: SampleRateHz, onFrame: (frame: Int16Array) => void) {
    super(samplesIn(FRAME_MS, rateHz), onFrame);
  }
}
