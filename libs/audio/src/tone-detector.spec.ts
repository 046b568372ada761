import { describe, expect, it } from '@jest/globals';
import { type SampleRateHz, samplesIn } from './audio-frame.js';
import { decodeAlaw, encodeAlaw } from './g711.js';
import { ToneDetector } from './tone-detector.js';

/** @param parts each a number of ms, and what sounds: `[hz, amplitude]` pairs */
function sound(rateHz: SampleRateHz, ...parts: [number, ...[number, number][]][]): Int16Array {
  const pieces = parts.map(([ms, ...tones]) =>
    Int16Array.from({ length: samplesIn(ms, rateHz) }, (_, n) =>
      Math.round(tones.reduce((sum, [hz, size]) => sum + size * Math.sin((2 * Math.PI * hz * n) / rateHz), 0)),
    ),
  );
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

/** What is told, frame by frame, of sound that is followed by silence. */
function heardIn(samples: Int16Array, rateHz: SampleRateHz): number[] {
  const [detector, frame] = [new ToneDetector(rateHz), samplesIn(20, rateHz)];
  const told: number[] = [];
  for (let at = 0; at + frame <= samples.length; at += frame)
    told.push(detector.hear(samples.subarray(at, at + frame)));
  told.push(detector.hear(new Int16Array(frame)));
  return told.filter((ms) => ms > 0);
}

/** A voice that holds one note: harmonics that fall off, strongest where a vowel is. */
const vowel = (f0: number): [number, number][] => [1, 2, 3, 4, 5].map((n) => [f0 * n, 6_000 / (1 + Math.abs(n * f0 - 600) / 250)]); // prettier-ignore

describe('the tone of an answering machine', () => {
  it.each<[number, SampleRateHz, number]>([
    [440, 8_000, 400],
    [1_000, 8_000, 400],
    [1_400, 8_000, 160],
    [2_000, 8_000, 1_000],
    [1_000, 16_000, 300],
  ])('of %s Hz at %s samples a second is heard when it is over, with its length', (hz, rateHz, ms) => {
    const samples = sound(rateHz, [200], [ms, [hz, 8_000]], [100]);

    expect(heardIn(samples, rateHz)).toEqual([expect.closeTo(ms, -1.7)]);
  });

  it('is heard through a telephone’s A-law', () => {
    const clean = sound(8_000, [100], [400, [850, 5_000]], [100]);
    const samples = decodeAlaw(encodeAlaw(clean, new Uint8Array(clean.length)), new Int16Array(clean.length));

    expect(heardIn(samples, 8_000)).toHaveLength(1);
  });

  it.each([
    ['a voice on one note', sound(8_000, [600, ...vowel(120)])],
    ['a high voice on one note', sound(8_000, [600, ...vowel(260)])],
    ['two tones at once, as of a key', sound(8_000, [400, [770, 5_000], [1_336, 5_000]])],
    ['one that slides', sound(8_000, ...Array.from({ length: 20 }, (_, n): [number, [number, number]] => [20, [600 + 60 * n, 5_000]]))], // prettier-ignore
    ['a click', sound(8_000, [40, [1_000, 8_000]])],
    ['a tone that does not end', sound(8_000, [5_000, [440, 8_000]])],
    ['one too faint', sound(8_000, [400, [1_000, 200]])],
  ])('is not %s', (_what, samples) => {
    expect(heardIn(samples, 8_000)).toEqual([]);
  });
});
