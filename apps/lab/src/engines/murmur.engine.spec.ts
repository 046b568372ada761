import { describe, expect, it } from '@jest/globals';
import { rms } from '@app/audio';
import { MurmurEngine } from './murmur.engine.js';

describe('a murmur in place of a voice', () => {
  const engine = new MurmurEngine();

  it('hums through each word, and is quiet between them', async () => {
    const { samples, words } = await engine.render('slt', ' Good morning ', 8_000);
    expect(words).toEqual([
      { text: 'Good', startMs: 0, endMs: 260 },
      { text: 'morning', startMs: 260, endMs: 715 },
    ]);
    expect(samples).toHaveLength(715 * 8);
    expect(rms(samples.subarray(0, 1_600))).toBeGreaterThan(1_000);
    expect(rms(samples.subarray(235 * 8, 255 * 8))).toBe(0);
  });

  it('is the same sound for the same words, and none for none', async () => {
    expect(await engine.render('slt', 'Hello', 8_000)).toBe(await engine.render('awb', 'Hello', 8_000));
    expect((await engine.render('slt', 'Hello', 16_000)).samples).toHaveLength(325 * 16);
    expect(await engine.render('slt', ' ', 8_000)).toEqual({ samples: new Int16Array(0), words: [] });
  });
});
