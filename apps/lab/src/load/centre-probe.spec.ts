import { describe, expect, it } from '@jest/globals';
import { ownPartOf, percentileBetween, readPlayoutCounts } from './centre-probe.js';

const metrics = (...counts: number[]) =>
  ['0.001', '0.01', '+Inf']
    .map((end, at) => `carillon_playout_lateness_seconds_bucket{le="${end}",app="api"} ${counts[at]}`)
    .concat('carillon_playout_lateness_seconds_sum{app="api"} 3.5')
    .join('\n');

describe('what the api tells of its playout', () => {
  it('is read bucket by bucket', () => {
    expect([...readPlayoutCounts(metrics(90, 95, 96))]).toEqual([
      [1, 90],
      [10, 5],
      [Infinity, 1],
    ]);
    expect(readPlayoutCounts('').size).toBe(0);
  });

  it('counts only what came in between', () => {
    const [before, after] = [readPlayoutCounts(metrics(0, 50, 50)), readPlayoutCounts(metrics(90, 149, 150))];
    expect(percentileBetween(before, after, 0.5)).toBe(1);
    expect(percentileBetween(before, after, 0.99)).toBe(10);
    expect(percentileBetween(before, after, 1)).toBe(Infinity);
    expect(percentileBetween(after, after, 0.99)).toBeUndefined();
  });
});

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
