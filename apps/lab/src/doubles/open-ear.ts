import type { RecogniserEngine, RecogniserRequest, RecogniserSession } from '../engines/recogniser-engine.js';
import type { DoubleParts } from './double-parts.js';

export interface EarParts extends DoubleParts {
  /** Ears, the best first: a session gets the first that has room; the last always has. */
  recognisers: readonly RecogniserEngine[];
}

/** The best ear that has room for one more call; which one it was is noted. */
export function openEar({ recognisers, evidence }: EarParts, request: RecogniserRequest): RecogniserSession {
  for (const engine of recognisers) {
    const session = engine.open(request);
    if (!session) continue;
    evidence.noteRecogniser(request.callId, engine.kind);
    return session;
  }
  throw new Error('the last of the recognisers must always have room');
}

/** Joins samples whose halves came in two messages. */
export class SampleJoiner {
  #half: Buffer = Buffer.alloc(0);

  /** @returns whole samples' bytes; the half of one that is left is kept */
  join(data: Buffer): Buffer {
    const bytes = this.#half.length > 0 ? Buffer.concat([this.#half, data]) : data;
    this.#half = bytes.subarray(bytes.length & ~1);
    return bytes.subarray(0, bytes.length & ~1);
  }
}
