import { describe, expect, it } from '@jest/globals';
import { FakeVoiceDetector } from './fake-voice-detector.js';
import { voiceDetectorConformance } from './voice-detector.conformance.js';

voiceDetectorConformance('FakeVoiceDetector', () =>
  Promise.resolve({ detector: new FakeVoiceDetector(), stop: () => Promise.resolve() }),
);

describe('FakeVoiceDetector', () => {
  it('judges as it was told to, and at once', () => {
    const told: number[] = [];
    const detector = new FakeVoiceDetector({ judge: (window) => (window[0] ?? 0) / 100 });
    detector.open((probability) => told.push(probability)).push(new Int16Array(512).fill(70));
    expect(told).toEqual([0.7, 0.7]);
  });

  it('counts the sessions that were left open', () => {
    const detector = new FakeVoiceDetector({ threshold: 1 });
    const [one] = [detector.open(() => undefined), detector.open(() => undefined)];
    one?.close();
    one?.close();
    expect(detector.openSessions).toBe(1);
  });
});
