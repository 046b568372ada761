import { afterEach, describe, expect, it } from '@jest/globals';
import { createMetrics, type Metrics } from './metrics.js';

let metrics: Metrics;
const valueOf = async (line: string): Promise<number | undefined> => {
  const text = await metrics.text();
  const found = text.split('\n').find((candidate) => candidate.startsWith(line));
  return found === undefined ? undefined : Number(found.split(' ').at(-1));
};

afterEach(() => metrics.close());

describe('the metrics of a process', () => {
  it('are told in seconds, with the process on every line', async () => {
    metrics = createMetrics('api');
    metrics.callsLive(3);
    metrics.callSetUp(80);
    metrics.turnStage('first-token', 350);
    metrics.playedLate(-3);
    expect(await valueOf('carillon_calls_live{app="api"}')).toBe(3);
    expect(await valueOf('carillon_call_set_up_seconds_sum{app="api"}')).toBeCloseTo(0.08);
    expect(await valueOf('carillon_call_set_up_seconds_bucket{le="0.1",app="api"}')).toBe(1);
    expect(await valueOf('carillon_turn_stage_seconds_sum{app="api",stage="first-token"}')).toBeCloseTo(0.35);
    expect(await valueOf('carillon_playout_lateness_seconds_sum{app="api"}')).toBe(0);
  });

  it('count what failed and what came in by words from short lists', async () => {
    metrics = createMetrics('api');
    metrics.providerFailed('voice', 'elevenlabs', 'provider.timed-out');
    metrics.webhook('ringover', 'call-event', 'refused');
    metrics.webhook('ringover', 'call-event', 'refused');
    metrics.providerSwitched('voice', 'a/1', 'b/2', 'slow');
    metrics.providerProbed('voice', 'a/1', 'answered');
    const text = await metrics.text();
    expect(text).toContain('provider="elevenlabs",code="provider.timed-out"');
    expect(text).toContain('stage="voice",from="a/1",to="b/2",reason="slow"');
    expect(text).toContain('stage="voice",provider="a/1",outcome="answered"');
    expect(text).toMatch(/carillon_webhooks_total\{[^}]*outcome="refused"[^}]*\} 2/);
  });

  it('ask how providers do when they are asked', async () => {
    metrics = createMetrics('api');
    const voice = { stage: 'voice', name: 'a/1', state: 'open', inUse: 2, sessions: 5, latencyMs: 250 };
    const model = { ...voice, stage: 'model', state: 'closed', latencyMs: null };
    metrics.watchProviders(() => [voice, model]);
    const of = (name: string, stage = 'voice') => valueOf(`carillon_provider_${name}{stage="${stage}",provider="a/1"`);
    expect([await of('down'), await of('down', 'model'), await of('in_use'), await of('sessions')]).toEqual([
      1, 0, 2, 5,
    ]);
    expect([await of('latency_seconds'), await of('latency_seconds', 'model')]).toEqual([0.25, NaN]);
  });

  it('tell the lag of the event loop and the defaults of Node', async () => {
    metrics = createMetrics('api');
    expect(await valueOf('carillon_event_loop_lag_seconds{quantile="0.99"')).toBeGreaterThanOrEqual(0);
    expect(await valueOf('process_resident_memory_bytes')).toBeGreaterThan(0);
  });

  it('may stand twice in one process', () => {
    const other = createMetrics('worker');
    metrics = createMetrics('api');
    expect(() => other.close()).not.toThrow();
  });
});
