import { describe, expect, it } from '@jest/globals';
import { playedOf, syntheticPiece } from '../testing/synthetic-speech.js';
import { audibleStretches } from './voice-activity.js';

const OPTIONS = { rateHz: 8_000, voicedRms: 120, bridgeMs: 300 };

describe('when an agent is audible', () => {
  const piece = syntheticPiece('one two three', { seed: 5 });

  it('bridges the pauses between words, and finds both ends to 10 ms', () => {
    const played = playedOf(5_000, [
      { piece, atMs: 400 },
      { piece, atMs: 3_000, toMs: 400 },
    ]);
    expect(audibleStretches(played, OPTIONS)).toEqual([
      { fromMs: 500, toMs: 1_520 },
      { fromMs: 3_100, toMs: 3_400 },
    ]);
  });

  it('does not hear the noise of a line', () => {
    expect(
      audibleStretches(
        Int16Array.from({ length: 8_000 }, (_, n) => (n % 7) - 3),
        OPTIONS,
      ),
    ).toEqual([]);
  });
});
