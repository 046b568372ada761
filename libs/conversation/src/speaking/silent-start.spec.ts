import { describe, expect, it } from '@jest/globals';
import { PieceSound } from './piece-sound.js';

const RATE_HZ = 8_000;
const samplesOf = (ms: number) => (ms * RATE_HZ) / 1_000;
const quiet = (ms: number) => new Int16Array(samplesOf(ms)).map((_, n) => (n % 2 ? 40 : -40));
const loud = (ms: number) => new Int16Array(samplesOf(ms)).fill(3_000);
const word = (text: string, startMs: number, endMs: number) => ({ text, startMs, endMs });

describe('a piece that the caller waits for', () => {
  it.each<[string, Int16Array[], number, number]>([
    ['begins shortly before its first sound', [quiet(100), quiet(160), loud(200)], 230, 230],
    ['is not there as long as it is silent', [quiet(300)], 0, 0],
    ['loses nothing when it sounds at once', [loud(200)], 200, 0],
    ['loses nothing of a beginning that is shorter than what is kept', [quiet(20), loud(200)], 220, 0],
    ['is played as it is when it is silent for very long', [quiet(300), quiet(310), loud(100)], 710, 0],
  ])('%s', (_, stretches, thereMs, skippedMs) => {
    const piece = new PieceSound('One moment.', RATE_HZ, true);
    for (const stretch of stretches) piece.add(stretch, []);
    expect([piece.length, piece.skippedMs]).toEqual([samplesOf(thereMs), skippedMs]);
  });

  it('has its words where they sound', () => {
    const piece = new PieceSound('One moment.', RATE_HZ, true);
    piece.add(quiet(200), [word('One', 240, 400)]);
    piece.add(loud(200), [word('moment.', 400, 600)]);
    piece.add(loud(200), [word('please.', 600, 800)]);
    expect(piece.known.words).toEqual([word('One', 70, 230), word('moment.', 230, 430), word('please.', 430, 630)]);
  });

  it('is there at its end, also when it never sounds', () => {
    const piece = new PieceSound('…', RATE_HZ, true);
    piece.add(quiet(200), []);
    piece.end();
    expect([piece.length, piece.whole]).toEqual([samplesOf(200), true]);
  });
});

describe('a piece after others', () => {
  it('keeps the pause that its voice makes', () => {
    const piece = new PieceSound('And then.', RATE_HZ);
    piece.add(quiet(200), []);
    expect(piece.length).toBe(samplesOf(200));
  });
});
