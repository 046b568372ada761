import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rms } from '@app/audio';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FliteEngine } from './flite.engine.js';

const TEXT = 'Hello there, it is 3:30 pm. Shall I book you in for Tuesday, the 25th of March?';

describe('flite', () => {
  let folder = '';
  let flite: FliteEngine;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flite-'));
    flite = new FliteEngine({ cacheFolder: folder });
  });
  afterAll(async () => {
    await flite.close();
    await rm(folder, { recursive: true });
  });

  it.each(['rms', 'slt', 'awb', 'kal16'] as const)('says a text in the voice %s, word after word', async (voice) => {
    const { samples, words } = await flite.render(voice, TEXT, 16_000);
    const lengthMs = samples.length / 16;
    expect(words.map(({ text }) => text).join(' ')).toBe(TEXT);
    expect(lengthMs).toBeGreaterThan(4_000);
    expect(lengthMs).toBeLessThan(9_000);
    const edges = words.flatMap(({ startMs, endMs }) => [startMs, endMs]);
    expect(edges).toEqual(edges.toSorted((one, other) => one - other));
    expect(words.every(({ startMs, endMs }) => endMs - startMs > 40)).toBe(true);
    expect(edges.at(-1)).toBeGreaterThan(lengthMs - 350);
    expect(edges.at(-1)).toBeLessThanOrEqual(lengthMs);
  });

  it.each([
    ['rms', 8_000],
    ['slt', 16_000],
    ['awb', 24_000],
  ] as const)('places the words of %s at %i Hz within 60 ms of where their sound is', async (voice, rateHz) => {
    const { samples, words } = await flite.render(voice, 'Yes. Noon? Ninety, no. Many, more.', rateHz);
    const sounds = stretchesOfSound(samples, rateHz / 1_000);
    expect(sounds).toHaveLength(words.length);
    const off = words.flatMap(({ startMs, endMs }, at) => [
      startMs - (sounds[at]?.[0] ?? 0),
      endMs - (sounds[at]?.[1] ?? 0),
    ]);
    expect(off.filter((ms) => Math.abs(ms) > 60)).toEqual([]);
  });

  it('keeps words of a long text in their places over the joints of its parts', async () => {
    const sentence = 'We are open from nine to five on every working day of the week. ';
    const { samples, words } = await flite.render('kal16', `${sentence.repeat(8)}Bye.`, 8_000);
    const bye = words.at(-1);
    expect(words).toHaveLength(8 * 14 + 1);
    expect(samples.length / 8 - (bye?.endMs ?? 0)).toBeLessThan(350);
    expect((bye?.endMs ?? 0) - (bye?.startMs ?? 0)).toBeLessThan(600);
  });

  it('makes silence of no length where there is nothing to say', async () => {
    const { samples, words } = await flite.render('rms', ' – ', 8_000);
    expect([samples.length, words]).toEqual([0, [{ text: '–', startMs: 0, endMs: 0 }]]);
  });

  it('reads a French text as far as an English voice can', async () => {
    const { words } = await flite.render('slt', 'Bonjour, où êtes-vous né ? À « Orléans » !', 8_000);
    const silent = words.filter(({ startMs, endMs }) => startMs === endMs);
    expect(silent.map(({ text }) => text)).toEqual(['?', '«', '»', '!']);
  });

  it('finds what it made before on disk, to the sample', async () => {
    const before = await flite.render('awb', 'Kept for another day.', 8_000);
    const files = await readdir(folder);
    const another = new FliteEngine({ cacheFolder: folder });
    try {
      expect(await another.render('awb', 'Kept for another day.', 8_000)).toEqual(before);
      expect(await readdir(folder)).toEqual(files);
    } finally {
      await another.close();
    }
  });
});

/** From where to where there is sound, in ms: apart by at least 80 ms of quiet. */
function stretchesOfSound(samples: Int16Array, samplesPerMs: number): [number, number][] {
  const found: [number, number][] = [];
  for (let ms = 0; ms * samplesPerMs < samples.length; ms += 5) {
    if (rms(samples.subarray(ms * samplesPerMs, (ms + 5) * samplesPerMs)) < 200) continue;
    const last = found.at(-1);
    if (last && ms - last[1] < 80) last[1] = ms + 5;
    else found.push([ms, ms + 5]);
  }
  return found.filter(([from, to]) => to - from > 30);
}
