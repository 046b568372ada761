import { describe, expect, it } from '@jest/globals';
import { voiceDetectorConformance } from '@app/conversation/testing';
import { FvadVoiceDetector } from './fvad.vad.js';

voiceDetectorConformance('FvadVoiceDetector', async () => ({
  detector: await FvadVoiceDetector.load(),
  stop: () => Promise.resolve(),
}));

describe('FvadVoiceDetector', () => {
  it('gives the memory of each call back', async () => {
    const detector = await FvadVoiceDetector.load();
    const told: number[] = [];
    for (let n = 0; n < 50_000; n += 1) detector.open((probability) => told.push(probability)).close(); // 16 MB would not hold them
    detector.open((probability) => told.push(probability)).push(new Int16Array(256));
    expect(told).toEqual([0]);
  });
});
