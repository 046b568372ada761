import { expect, it } from '@jest/globals';
import { MirrorExtension } from './band-extension.js';

const tone = (hz: number): Int16Array =>
  Int16Array.from({ length: 8_000 }, (_, at) => 8_000 * Math.sin((2 * Math.PI * hz * at) / 8_000));

/** How loud one frequency is in a second at 16 kHz. */
function loudness(samples: Int16Array, hz: number): number {
  let [sine, cosine] = [0, 0];
  samples.forEach((sample, at) => {
    sine += sample * Math.sin((2 * Math.PI * hz * at) / 16_000);
    cosine += sample * Math.cos((2 * Math.PI * hz * at) / 16_000);
  });
  return (2 * Math.hypot(sine, cosine)) / samples.length;
}

it('keeps what a telephone carries, and mirrors it above 4 kHz 12 dB lower', () => {
  const wide = new MirrorExtension().process(tone(1_000));
  expect(wide).toHaveLength(16_000);
  expect(loudness(wide, 1_000)).toBeCloseTo(8_000, -3);
  expect(20 * Math.log10(loudness(wide, 7_000) / loudness(wide, 1_000))).toBeCloseTo(-12, 0);
});

it('makes the same of a stream in pieces', () => {
  const [whole, pieces] = [new MirrorExtension(), new MirrorExtension()];
  const sound = tone(440);
  const made = [sound.subarray(0, 333), sound.subarray(333)].flatMap((piece) => [...pieces.process(piece)]);
  expect(made).toEqual([...whole.process(sound)]);
});
