import { describe, expect, it } from '@jest/globals';
import { Evidence, type MadePiece } from './evidence.js';

const callId = (n: number): string => `0a1b2c3d-0000-4000-8000-${String(n).padStart(12, '0')}`;
const piece = (contextId: string, samples = 10): MadePiece => ({
  ...{ contextId, text: 'Yes.', rateHz: 8_000, madeAtMs: 1, words: [] },
  samples: new Int16Array(samples),
});

describe('what is kept of calls', () => {
  it('is found by the call’s id, and tells what was made for no call with every call', () => {
    const evidence = new Evidence();
    evidence.notePiece(piece(`${callId(1)}-3`));
    evidence.notePiece(piece('greeting-1'));
    evidence.noteRequest({ requestId: `${callId(1)}/2`, atMs: 5, messages: [] });
    expect(evidence.of(callId(1))).toMatchObject({
      callId: callId(1),
      recogniser: null,
      pieces: [{ contextId: `${callId(1)}-3`, pcm: Buffer.alloc(20).toString('base64') }],
      sharedPieces: [{ contextId: 'greeting-1' }],
      modelRequests: [{ requestId: `${callId(1)}/2` }],
    });
    expect(evidence.of(callId(2))).toBeUndefined();
  });

  it('is nothing of a name that is no call', () => {
    const evidence = new Evidence();
    evidence.noteRecogniser('somebody', 'script');
    evidence.noteRequest({ requestId: 'somebody/1', atMs: 5, messages: [] });
    expect(evidence.of('somebody')).toBeUndefined();
  });

  it('is of the newest two hundred calls', () => {
    const evidence = new Evidence();
    for (let n = 0; n <= 200; n += 1) evidence.noteRecogniser(callId(n), 'script');
    expect(evidence.of(callId(0))).toBeUndefined();
    expect(evidence.of(callId(1))).toBeDefined();
  });

  it('is of fewer calls when their sound is long, but always of the last', () => {
    const evidence = new Evidence();
    const half = 40 * 2 ** 20;
    for (const n of [1, 2]) evidence.notePiece(piece(`${callId(n)}-1`, half));
    expect(evidence.of(callId(1))).toBeUndefined();
    evidence.forget(callId(2));
    evidence.notePiece(piece(`${callId(3)}-1`, half));
    expect(evidence.of(callId(3))?.pieces).toHaveLength(1);
  });

  it('is without sound where nobody will listen, and then no script is forgotten for it', () => {
    const evidence = new Evidence({ keepsSound: false });
    evidence.takeScript(callId(1), { lines: [] });
    for (const n of [1, 2, 3]) evidence.notePiece(piece(`${callId(n)}-1`, 40 * 2 ** 20));
    expect(evidence.of(callId(1))?.pieces).toEqual([]);
    expect(evidence.scriptOf(callId(1))).toEqual({ lines: [] });
  });
});
