import { beforeAll, describe, expect, it } from '@jest/globals';
import { loadResampler, Resampler } from '@app/audio';
import { systemClock } from '@app/kernel';
import { align } from './alignment.js';
import { heardWords } from './heard-words.js';
import { atRate, type MadePiece } from './made-piece.js';
import { playedOf, syntheticPiece } from '../testing/synthetic-speech.js';

const greeting = syntheticPiece('good morning this is the dentist how can I help', { seed: 1 });
const offer = syntheticPiece('we have nine or ten on Tuesday which one do you prefer', { seed: 2 });
const pieces = [greeting, offer];

const alignAt8k = (samples: Int16Array, made: readonly MadePiece[]) => align({ samples, rateHz: 8_000 }, made);
const heardIn = (played: Int16Array, made: readonly MadePiece[] = pieces) =>
  heardWords(alignAt8k(played, made).runs, made);
const textOf = (played: Int16Array, made?: readonly MadePiece[]) =>
  heardIn(played, made)
    .map(({ text }) => text)
    .join(' ');

describe('the ear', () => {
  beforeAll(loadResampler);

  it('hears every word of what was played whole, at its time', () => {
    const played = playedOf(12_000, [
      { piece: greeting, atMs: 1_000 },
      { piece: offer, atMs: 6_003 },
    ]);
    const heard = heardIn(played);
    expect(heard.map(({ text }) => text).join(' ')).toBe(`${greeting.text} ${offer.text}`);
    expect(heard[0]?.startMs).toBeCloseTo(1_100, 0);
    expect(heard[10]?.startMs).toBeCloseTo(6_103, 0);
    expect(alignAt8k(played, pieces).unknownMs).toBe(0);
  });

  it.each([
    // of the third word, from 820 to 1,120 ms of the piece, 60 % are over at 1,000 ms
    [990, 'good morning'],
    [1_005, 'good morning this'],
    [1_150, 'good morning this'],
  ])('counts a word as heard when 60 %% of it was played: cut at %i ms', (toMs, words) => {
    expect(textOf(playedOf(4_000, [{ piece: greeting, atMs: 500, toMs }]))).toBe(words);
  });

  it('hears once what was cut and sent again from a little earlier', () => {
    const played = playedOf(9_000, [
      { piece: offer, atMs: 500, toMs: 1_500 },
      { piece: offer, atMs: 2_400, fromMs: 1_180 },
    ]);
    expect(textOf(played)).toBe(offer.text);
  });

  it('hears twice what was said twice, from the same piece', () => {
    const played = playedOf(20_000, [
      { piece: offer, atMs: 500 },
      { piece: offer, atMs: 12_000 },
    ]);
    expect(textOf(played)).toBe(`${offer.text} ${offer.text}`);
  });

  it('does not add up the same part of a word, played twice', () => {
    const half = { piece: offer, toMs: 250 }; // half of the first word
    const played = playedOf(4_000, [
      { ...half, atMs: 500 },
      { ...half, atMs: 2_000 },
    ]);
    expect(textOf(played)).toBe('');
  });

  it.each([0, 1, 7, 13, 20, 27, 33, 39])(
    'finds the very sample, %i samples off any grid, and the very millisecond of a cut',
    (shift) => {
      const played = new Int16Array(40_000);
      played.set(offer.samples.subarray(0, 1_003 * 8), 8_000 + shift);
      const [run] = alignAt8k(played, pieces).runs;
      expect(8 * ((run?.fromMs ?? 0) - (run?.offsetMs ?? 0))).toBe(8_000 + shift);
      expect(Math.abs((run?.offsetMs ?? 0) + (run?.lengthMs ?? 0) - 1_003)).toBeLessThan(1);
    },
  );

  it('misses the words that were left out in the middle', () => {
    const played = playedOf(9_000, [
      { piece: offer, atMs: 500, toMs: 1_170 },
      { piece: offer, atMs: 2_000, fromMs: 2_620 },
    ]);
    expect(textOf(played)).toBe('we have nine which one do you prefer');
  });

  it('takes the later of two pieces that sound the same when the earlier was played', () => {
    const made = [greeting, offer, { ...greeting, contextId: 'again' }, { ...greeting, contextId: 'and again' }];
    const played = playedOf(19_000, [
      { piece: greeting, atMs: 200 },
      { piece: offer, atMs: 4_500 },
      { piece: greeting, atMs: 9_500 },
      { piece: greeting, atMs: 14_000 },
    ]);
    expect([...new Set(alignAt8k(played, made).runs.map(({ piece }) => piece))]).toEqual([0, 1, 2, 3]);
    expect(heardIn(played, made)).toHaveLength(42);
  });

  it('does not believe in pieces that were not made yet', () => {
    const later = { ...greeting, madeAtMs: 8_000 };
    expect(textOf(playedOf(5_000, [{ piece: greeting, atMs: 200 }]), [later])).toBe('');
  });

  it('hears through another rate: the voice speaks at 24 kHz, the line at 8', () => {
    const wide = syntheticPiece(offer.text, { seed: 7, rateHz: 24_000 });
    const resampler = new Resampler(24_000, 8_000);
    const sent = resampler.process(wide.samples);
    resampler.close();
    const played = new Int16Array(40_000);
    played.set(sent.subarray(0, 8 * 1_700), 4_000);
    expect(textOf(played, [{ ...wide, samples: atRate(wide.samples, 24_000, 8_000) }])).toBe('we have nine or');
  });

  it('hears on a line of 16 kHz, wherever a piece begins on it', () => {
    const [wide] = [syntheticPiece(offer.text, { seed: 8, rateHz: 16_000 })];
    const samples = new Int16Array(100_000);
    samples.set(wide.samples, 8_001);
    const { runs, unknownMs } = align({ samples, rateHz: 16_000 }, [wide]);
    expect([
      heardWords(runs, [wide])
        .map(({ text }) => text)
        .join(' '),
      runs.length,
      unknownMs,
    ]).toEqual([offer.text, 1, 0]);
  });

  it('says how much it could not place', () => {
    const stranger = syntheticPiece('who are you', { seed: 99 });
    const played = playedOf(7_000, [
      { piece: stranger, atMs: 500 },
      { piece: offer, atMs: 2_000 },
    ]);
    expect(textOf(played)).toBe(offer.text);
    const { unknownMs } = alignAt8k(played, pieces);
    expect(unknownMs).toBeGreaterThan(700);
    expect(unknownMs).toBeLessThan(1_000);
  });

  it('hears nothing in silence', () => {
    expect(alignAt8k(new Int16Array(80_000), pieces)).toEqual({ runs: [], unknownMs: 0 });
  });

  it('finds two minutes of speech among two minutes of pieces in seconds', () => {
    const many = Array.from({ length: 30 }, (_, seed) => syntheticPiece(greeting.text, { seed: seed + 100 }));
    const played = playedOf(
      125_000,
      many.map((piece, at) => ({ piece, atMs: at * 4_100 })),
    );
    const beganMs = systemClock.nowMs();
    expect(heardIn(played, many)).toHaveLength(300);
    expect(systemClock.nowMs() - beganMs).toBeLessThan(6_000);
  });
});
