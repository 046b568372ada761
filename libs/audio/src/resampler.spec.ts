import { beforeAll, describe, expect, it } from '@jest/globals';
import { rmsDbfs } from './levels.js';
import { loadResampler, Resampler } from './resampler.js';

const tone = (hz: number, rateHz: number, lengthMs: number, lateMs = 0) =>
  Int16Array.from({ length: (lengthMs * rateHz) / 1_000 }, (_, n) =>
    Math.round(16_000 * Math.sin(2 * Math.PI * hz * (n / rateHz - lateMs / 1_000))),
  );

function stream(resampler: Resampler, sound: Int16Array, sizes: readonly number[]): Int16Array {
  const pieces: Int16Array[] = [];
  for (let from = 0, n = 0; from < sound.length; n += 1) {
    const size = sizes[n % sizes.length] ?? 1;
    pieces.push(resampler.process(sound.subarray(from, from + size)));
    from += size;
  }
  return Int16Array.from(pieces.flatMap((piece) => [...piece]));
}

const settled = (sound: Int16Array, rateHz: number) => sound.subarray(rateHz / 50, -rateHz / 50);

it('asks to be loaded first', () => {
  expect(() => new Resampler(8_000, 16_000)).toThrow(/loadResampler/);
});

describe('Resampler', () => {
  beforeAll(loadResampler);

  const pairs = [8_000, 16_000, 24_000, 48_000].flatMap((fromHz) =>
    [8_000, 16_000, 24_000, 48_000].filter((toHz) => toHz !== fromHz).map((toHz) => [fromHz, toHz] as const),
  );

  it.each(pairs)('keeps a tone from %i to %i Hz, at its level and its length', (fromHz, toHz) => {
    const resampler = new Resampler(fromHz, toHz);
    const heard = stream(resampler, tone(1_000, fromHz, 400), [fromHz / 50]);
    expect(heard).toHaveLength(toHz * 0.4);
    const expected = tone(1_000, toHz, 400, resampler.delayMs);
    const error = settled(heard, toHz).map((sample, n) => sample - (settled(expected, toHz)[n] ?? 0));
    expect(rmsDbfs(error) - rmsDbfs(expected)).toBeLessThan(-60);
    resampler.close();
  });

  it.each([[[1]], [[7, 160, 3]], [[333]], [[10_000]]])('gives the same sound in pieces of %j as in frames', (sizes) => {
    const [frames, pieces] = [new Resampler(24_000, 8_000), new Resampler(24_000, 8_000)];
    const sound = tone(440, 24_000, 300);
    expect([...stream(pieces, sound, sizes)]).toEqual([...stream(frames, sound, [480])]);
    frames.close();
    pieces.close();
  });

  it('folds nothing back', () => {
    const resampler = new Resampler(16_000, 8_000);
    const heard = stream(resampler, tone(5_000, 16_000, 400), [320]);
    expect(rmsDbfs(settled(heard, 8_000))).toBeLessThan(-85);
    resampler.close();
  });

  it('keeps streams apart', () => {
    const [one, other, alone] = [0, 1, 2].map(() => new Resampler(16_000, 8_000)) as [Resampler, Resampler, Resampler];
    const [low, high] = [tone(300, 16_000, 200), tone(2_000, 16_000, 200)];
    const mixed: number[] = [];
    for (let from = 0; from < low.length; from += 320) {
      mixed.push(...one.process(low.subarray(from, from + 320)));
      other.process(high.subarray(from, from + 320));
    }
    expect(mixed).toEqual([...stream(alone, low, [320])]);
    for (const each of [one, other, alone]) each.close();
  });

  it('gives arrays that the next call leaves alone', () => {
    const resampler = new Resampler(16_000, 8_000);
    const first = resampler.process(tone(1_000, 16_000, 20));
    const copy = [...first];
    resampler.process(tone(200, 16_000, 20));
    expect([...first]).toEqual(copy);
    resampler.close();
  });

  it('gives the same into an array of the caller’s, and refuses one that is too small', () => {
    const [kept, used] = [new Resampler(16_000, 8_000), new Resampler(16_000, 8_000)];
    const target = new Int16Array(160);
    for (let n = 0; n < 5; n += 1) {
      const frame = tone(440, 16_000, 100).subarray(n * 320, (n + 1) * 320);
      const into = used.processInto(frame, target);
      expect(into).toBe(target);
      expect(into).toEqual(kept.process(frame));
    }
    const less = used.processInto(new Int16Array(160), target);
    expect([less.buffer, less.length]).toEqual([target.buffer, 80]);
    expect(() => used.processInto(new Int16Array(640), target)).toThrow(RangeError);
    kept.close();
    used.close();
    expect(() => used.processInto(new Int16Array(320), target)).toThrow(/closed/);
  });

  it('is 5 ms late at telephone rate, less above, and not at all between equal rates', () => {
    const delays = [
      [24_000, 8_000],
      [24_000, 16_000],
      [8_000, 8_000],
    ].map(([fromHz = 0, toHz = 0]) => {
      const resampler = new Resampler(fromHz, toHz);
      resampler.close();
      return resampler.delayMs;
    });
    expect(delays).toEqual([5, 2.5, 0]);
  });

  it('clips rather than wraps', () => {
    const resampler = new Resampler(8_000, 16_000);
    const square = Int16Array.from({ length: 1_600 }, (_, n) => (n % 40 < 20 ? 32_767 : -32_768));
    const heard = stream(resampler, square, [160]);
    const jumps = heard.filter((sample, n) => n > 0 && Math.abs(sample - (heard[n - 1] ?? 0)) > 60_000);
    expect(jumps).toHaveLength(0);
    expect(Math.max(...heard)).toBe(32_767);
    resampler.close();
  });

  it('gives the end of the sound when flushed, and then starts from silence', () => {
    const resampler = new Resampler(16_000, 8_000);
    const impulse = Int16Array.from({ length: 320 }, (_, n) => (n === 319 ? 30_000 : 0));
    expect(rmsDbfs(resampler.process(impulse))).toBeLessThan(-60);
    expect(rmsDbfs(resampler.flush())).toBeGreaterThan(-30);
    expect([...resampler.process(new Int16Array(320))]).toEqual(Array(160).fill(0));
    resampler.close();
  });

  it('passes sound of the same rate as it is', () => {
    const resampler = new Resampler(8_000, 8_000);
    const sound = tone(440, 8_000, 20);
    expect(resampler.process(sound)).toBe(sound);
    expect(resampler.flush()).toHaveLength(0);
    resampler.close();
  });

  it('does not work once closed, and closes once', () => {
    const resampler = new Resampler(16_000, 8_000);
    resampler.close();
    resampler.close();
    expect(() => resampler.process(new Int16Array(320))).toThrow(/closed/);
    expect(resampler.flush()).toHaveLength(0);
  });

  it('gives its memory back', () => {
    const before = process.memoryUsage.rss();
    for (let n = 0; n < 40_000; n += 1) new Resampler(48_000, 8_000).close(); // 200 MB would be left otherwise
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });
});
