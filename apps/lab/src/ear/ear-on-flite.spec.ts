import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FliteEngine } from '../engines/flite.engine.js';
import { align } from './alignment.js';
import { heardWords } from './heard-words.js';
import type { MadePiece } from './made-piece.js';

const TEXTS = [
  'Northgate Parcels, good day.',
  'I am Oliver, an AI assistant.',
  'What is it about?',
  'I am sorry, I have a technical problem and cannot go on.',
  'One moment, please.',
  'Are you still there?',
  'I am Oliver, and you are late.',
];

describe('the ear, on the voice that the lab speaks with', () => {
  const engine = new FliteEngine();
  const pieces: MadePiece[] = [];

  beforeAll(async () => {
    for (const text of TEXTS) {
      const { samples, words } = await engine.render('awb', text, 8_000);
      pieces.push({ contextId: text, text, samples, words, madeAtMs: 0 });
    }
  }, 30_000);
  afterAll(() => engine.close());

  it.each(TEXTS)('hears all of %j, among pieces that begin with the same faint hiss and the same words', (text) => {
    const piece = pieces.find((made) => made.text === text);
    if (!piece) throw new Error('a text that was not rendered');
    for (const shift of [0, 3, 11, 29]) {
      const played = new Int16Array(piece.samples.length + 16_000);
      played.set(piece.samples.subarray(96), 8_000 + shift); // an api may leave out the quiet at the very beginning
      const { runs, unknownMs } = align({ samples: played, rateHz: 8_000 }, pieces);
      const words = heardWords(runs, pieces).map((word) => word.text);
      expect([words.join(' '), unknownMs, runs.length]).toEqual([text, 0, 1]);
    }
  });
});
