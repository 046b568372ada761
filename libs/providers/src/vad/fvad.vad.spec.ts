import loadFvad from '@echogarden/fvad-wasm';
import { describe, expect, it } from '@jest/globals';
import { voiceDetectorConformance } from '@app/conversation/testing';
import { FvadStream, FvadVoiceDetector } from './fvad.vad.js';

voiceDetectorConformance('FvadVoiceDetector', async () => ({
  detector: await FvadVoiceDetector.load(),
  stop: () => Promise.resolve(),
}));

describe('FvadStream', () => {
  it('gives the memory of each call back', async () => {
    const wasm = await loadFvad();
    const before = wasm.HEAP16.byteLength;
    for (let n = 0; n < 50_000; n += 1) new FvadStream(wasm).close();
    expect(wasm.HEAP16.byteLength).toBe(before);
  });

  it('hears nothing once closed, and closes once', async () => {
    const stream = new FvadStream(await loadFvad());
    stream.close();
    stream.close();
    expect(stream.judge(new Int16Array(256).fill(9_999))).toBe(0);
  });
});
