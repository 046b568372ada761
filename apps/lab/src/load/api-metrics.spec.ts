import { describe, expect, it } from '@jest/globals';
import { percentileBetween, readMetrics } from './api-metrics.js';

const metrics = (...counts: number[]) =>
  ['0.001', '0.01', '+Inf']
    .map((end, at) => `carillon_playout_lateness_seconds_bucket{le="${end}",app="api"} ${counts[at]}`)
    .concat('carillon_playout_lateness_seconds_sum{app="api"} 3.5')
    .join('\n');

const playoutOf = (...counts: number[]) => readMetrics(metrics(...counts)).playoutLate;

describe('what the api tells of its playout', () => {
  it('is read bucket by bucket', () => {
    expect([...playoutOf(90, 95, 96)]).toEqual([
      [1, 90],
      [10, 5],
      [Infinity, 1],
    ]);
    expect(readMetrics('').playoutLate.size).toBe(0);
  });

  it('counts only what came in between', () => {
    const [before, after] = [playoutOf(0, 50, 50), playoutOf(90, 149, 150)];
    expect(percentileBetween(before, after, 0.5)).toBe(1);
    expect(percentileBetween(before, after, 0.99)).toBe(10);
    expect(percentileBetween(before, after, 1)).toBe(Infinity);
    expect(percentileBetween(after, after, 0.99)).toBeUndefined();
  });
});

describe('what the api tells of its event loop', () => {
  it('is how late it was, and how long it stood still to collect garbage', () => {
    const text = `carillon_event_loop_lag_seconds{quantile="0.99",app="api"} 0.0125
carillon_event_loop_lag_seconds{quantile="1",app="api"} 0.04
nodejs_gc_duration_seconds_sum{kind="minor",app="api"} 1.5
nodejs_gc_duration_seconds_sum{kind="major",app="api"} 0.25`;
    expect(readMetrics(text)).toMatchObject({ loopLateP99Ms: 12.5, loopLateMaxMs: 40, collectingMs: 1_750 });
    expect(readMetrics('')).toMatchObject({ loopLateP99Ms: 0, collectingMs: 0 });
  });
});

describe('what the api tells of its chains', () => {
  it('is summed by stage, and what was gone back to counts apart', () => {
    const text = [
      'carillon_provider_switches_total{stage="model",from="a/b",to="c/d",reason="failed",app="api"} 3',
      'carillon_provider_switches_total{stage="model",from="a/b",to="c/d",reason="down",app="api"} 2',
      'carillon_provider_switches_total{stage="model",from="c/d",to="a/b",reason="healed",app="api"} 4',
      'carillon_provider_probes_total{stage="model",provider="a/b",outcome="failed",app="api"} 6',
      'carillon_provider_probes_total{stage="model",provider="a/b",outcome="answered",app="api"} 1',
    ].join('\n');
    expect(readMetrics(text).chains).toEqual({
      switches: { model: 5 },
      returns: { model: 4 },
      probes: { 'model a/b': 7 },
    });
  });
});
