import { describe, expect, it } from '@jest/globals';
import { rms } from '@app/audio';
import { MurmurEngine } from './murmur.engine.js';

describe('a murmur in place of a voice', () => {
  const engine = new MurmurEngine();

  it('hums through each word, and is quiet between them', async () => {
    const { samples, words } = await engine.render('slt', ' Good morning ', 8_000);
    expect(words).toEqual([
      { text: 'Good', startMs: 0, endMs: 200 },
      { text: 'morning', startMs: 200, endMs: 550 },
    ]);
    expect(samples).toHaveLength(550 * 8);
    expect(rms(samples.subarray(0, 1_200))).toBeGreaterThan(1_000);
    expect(rms(samples.subarray(175 * 8, 195 * 8))).toBe(0);
  });

  it('is the same sound for the same words, and none for none', async () => {
    expect(await engine.render('slt', 'Hello', 8_000)).toBe(await engine.render('awb', 'Hello', 8_000));
    expect((await engine.render('slt', 'Hello', 16_000)).samples).toHaveLength(250 * 16);
    expect(await engine.render('slt', ' ', 8_000)).toEqual({ samples: new Int16Array(0), words: [] });
  });
});
