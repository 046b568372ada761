import { describe, expect, it } from '@jest/globals';
import { heardCall, playedCall } from '../testing/played-calls.js';
import { cutReplies } from './cuts.js';

const piece = (itemId: string, startMs: number, text: string, lengthMs = 1_000) => ({
  ...{ contextId: 'call-1', text, samples: new Int16Array(lengthMs * 8), words: [], madeAtMs: 0 },
  within: { itemId, startMs },
});
const run = (piece: number, offsetMs: number, lengthMs: number) => ({ piece, offsetMs, fromMs: 5_000, lengthMs });
const aBreak = (atMs: number) => ({ atMs, command: { type: 'break' as const }, droppedMs: 400 });

describe('a reply that was cut off', () => {
  const pieces = [piece('a', 0, 'We are open.'), piece('a', 1_000, 'And closed.'), piece('b', 0, 'Yes.')];
  const runs = [run(0, 0, 1_000), run(1, 0, 400), run(1, 300, 350), run(2, 0, 1_000)];
  const told = (cuts: { itemId: string; audioEndMs: number; atMs: number }[], rest = {}) =>
    cutReplies(
      playedCall([], { received: [aBreak(2_000), aBreak(9_000)], ...rest }),
      heardCall([], { pieces, cuts, alignment: { runs, unknownMs: 0 } }),
    );

  it('is told beside what was heard of all its pieces, and how soon', () => {
    expect(told([{ itemId: 'a', audioEndMs: 1_500, atMs: 2_120 }])).toEqual([
      { text: 'We are open. And closed.', toldMs: 1_500, heardMs: 1_650, lateMs: 120 },
    ]);
  });

  it('counts as it was cut last', () => {
    const cuts = [1_500, 900].map((audioEndMs, at) => ({ itemId: 'a', audioEndMs, atMs: 2_000 + at }));
    expect(told(cuts)).toMatchObject([{ toldMs: 900, lateMs: 0 }]);
  });

  it('counts as told whole when the model was never told, unless the call ended with it', () => {
    expect(told([])).toEqual([{ text: 'We are open. And closed.', toldMs: 2_000, heardMs: 1_650, lateMs: null }]);
    expect(told([], { durationMs: 6_100 })).toEqual([]);
  });
});
