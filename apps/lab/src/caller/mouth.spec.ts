import { describe, expect, it } from '@jest/globals';
import { rms } from '@app/audio';
import { seededRandom } from '../seeded-random.js';
import { digitTones } from './digit-tones.js';
import { Mouth } from './mouth.js';
import { utterance } from './utterance.js';

const mouthWith = (noise: number, seed = 1) => new Mouth({ rateHz: 8_000, noise, random: seededRandom(seed) });
const voice = (lengthMs: number) => new Int16Array(lengthMs * 8).map((_, n) => (n % 2 === 0 ? 3_000 : -3_000));

/** How strong one tone is in a sound (Goertzel), 0 to 1 of full scale. */
function strength(samples: Int16Array, hz: number): number {
  let [sine, cosine] = [0, 0];
  samples.forEach((sample, n) => {
    sine += sample * Math.sin((2 * Math.PI * hz * n) / 8_000);
    cosine += sample * Math.cos((2 * Math.PI * hz * n) / 8_000);
  });
  return (2 * Math.hypot(sine, cosine)) / samples.length / 32_768;
}

describe('a line of the caller’s', () => {
  it('is cut to 40 ms around the voice, and knows where the voice begins and ends', () => {
    const samples = new Int16Array(8_000);
    samples.set(voice(300), 400 * 8);
    const line = utterance('hello', samples, 8_000);
    expect(line).toMatchObject({ voicedFrom: 40 * 8, voicedTo: 340 * 8 });
    expect(line.samples).toHaveLength(380 * 8);
  });
});

describe('the caller’s side of the sound', () => {
  it('is light noise of the wanted loudness when nobody speaks, the same for the same seed', () => {
    const frames = (seed: number) => {
      const mouth = mouthWith(6, seed);
      for (let n = 0; n < 300; n += 1) mouth.frame();
      return mouth.recording();
    };
    expect(rms(frames(1))).toBeCloseTo(6, 0);
    expect(frames(1)).toEqual(frames(1));
    expect(frames(2)).not.toEqual(frames(1));
  });

  it('says a line with the next frame, and a second one after it', () => {
    const mouth = mouthWith(0);
    mouth.frame();
    const line = utterance('hello', voice(100), 8_000);
    expect(mouth.say(line)).toEqual({ text: 'hello', fromMs: 20, toMs: 120 });
    expect(mouth.say(line)).toEqual({ text: 'hello', fromMs: 120, toMs: 220 });
    const frames = Array.from({ length: 12 }, () => mouth.frame());
    expect(frames.map((frame) => rms(frame) > 0)).toEqual([...Array(10).fill(true), false, false]);
    expect(mouth.speaking).toBe(false);
  });

  it('presses keys as the two tones that the standard gives them', () => {
    const [seven, hash] = [digitTones('7', 8_000).subarray(0, 800), digitTones('#', 8_000).subarray(0, 800)];
    expect([852, 1_209].map((hz) => strength(seven, hz) > 0.1)).toEqual([true, true]);
    expect([941, 1_477].map((hz) => strength(hash, hz) > 0.1)).toEqual([true, true]);
    expect(strength(hash, 852)).toBeLessThan(0.02);
    expect(() => digitTones('x', 8_000)).toThrow(RangeError);
  });
});
