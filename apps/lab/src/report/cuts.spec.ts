import { describe, expect, it } from '@jest/globals';
import { heardCall } from '../testing/played-calls.js';
import { cutReplies } from './cuts.js';

const piece = (itemId: string, startMs: number, text: string) => ({
  ...{ contextId: 'call-1', text, samples: new Int16Array(0), words: [], madeAtMs: 0 },
  within: { itemId, startMs },
});
const run = (piece: number, offsetMs: number, lengthMs: number) => ({ piece, offsetMs, fromMs: 0, lengthMs });

describe('a reply that was cut off', () => {
  const pieces = [piece('a', 0, 'We are open.'), piece('a', 1_000, 'And closed.'), piece('b', 0, 'Yes.')];
  const heard = (cuts: { itemId: string; audioEndMs: number; atMs: number }[]) =>
    heardCall([], {
      pieces,
      cuts,
      alignment: { runs: [run(0, 0, 1_000), run(1, 0, 400), run(1, 300, 350), run(2, 0, 5_000)], unknownMs: 0 },
    });

  it('is told beside what was heard of all its pieces', () => {
    expect(cutReplies(heard([{ itemId: 'a', audioEndMs: 1_500, atMs: 0 }]))).toEqual([
      { text: 'We are open. And closed.', toldMs: 1_500, heardMs: 1_650 },
    ]);
  });

  it('counts as it was cut last', () => {
    const cuts = [1_500, 900].map((audioEndMs, atMs) => ({ itemId: 'a', audioEndMs, atMs }));
    expect(cutReplies(heard(cuts)).map(({ toldMs }) => toldMs)).toEqual([900]);
  });
});
