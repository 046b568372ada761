import { describe, expect, it } from '@jest/globals';
import { ownPartOf } from './centre-probe.js';

describe('the product’s own part of a turn', () => {
  const latency = {
    ...{ turn: 1, voiceStoppedMs: 0, wordsSettledMs: 200, firstTokenMs: 700, firstSentenceMs: 750 },
    ...{ turnEndedMs: 300, askedMs: 302, firstAudioMs: 900, audibleMs: 905 },
  };

  it('is what lies between a stage’s input and what came of it', () => {
    expect(ownPartOf(latency)).toBe(7);
  });

  it('is no wait for the end of a turn that was answered before it had ended', () => {
    expect(ownPartOf({ ...latency, askedMs: 100, firstAudioMs: 250 })).toBe(605);
    expect(ownPartOf({ ...latency, askedMs: 100, firstAudioMs: 250, audibleMs: 303 })).toBe(3);
  });

  it('is unknown where the record is not whole', () => {
    expect(ownPartOf({ ...latency, audibleMs: null })).toBeUndefined();
  });
});
