import { describe, expect, it } from '@jest/globals';
import type { GatedProvider } from '@app/conversation/ports';
import { describeProviderGate } from '@app/conversation/testing';
import { systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { LocalProviderGate } from './local-provider-gate.js';

describeProviderGate(() => {
  const probeEveryMs = 200; // longer than a busy machine takes between two lines
  const limitsOf = () => ({ atOnce: 5, perMinute: 8 });
  const gate = new LocalProviderGate(systemClock, { probeEveryMs, limitsOf });
  return { gate, probeEveryMs, settled: () => Promise.resolve() };
});

const PROVIDER: GatedProvider = { stage: 'voice', name: 'a/b', host: 'host' };

describe('the gate of one process', () => {
  const broken = async () => {
    const clock = new FakeClock();
    const gate = new LocalProviderGate(clock);
    for (let n = 0; n < 3; n += 1) {
      const pass = gate.enter(PROVIDER, 'turn');
      pass?.failed();
      pass?.leave();
    }
    await clock.advance(1_000);
    return { clock, gate };
  };

  it('lets at most one probe come in a second, however they end', async () => {
    const { clock, gate } = await broken();
    let probes = 0;
    for (let n = 0; n < 100; n += 1) {
      const pass = await gate.probe(PROVIDER);
      if (pass) probes += 1;
      pass?.failed();
      pass?.leave();
      await clock.advance(100);
    }
    expect(probes).toBe(10);
  });

  it('forgets a probe that is never heard of again', async () => {
    const { clock, gate } = await broken();
    expect(await gate.probe(PROVIDER)).toBeDefined();
    await clock.advance(5_999);
    expect(await gate.probe(PROVIDER)).toBeUndefined();
    await clock.advance(1);
    expect(await gate.probe(PROVIDER)).toBeDefined();
  });

  it('begins to count anew each minute', async () => {
    const clock = new FakeClock();
    const gate = new LocalProviderGate(clock, { limitsOf: () => ({ perMinute: 1 }) });
    const enter = () => gate.enter(PROVIDER, 'turn') !== undefined;
    expect([enter(), enter()]).toEqual([true, false]);
    await clock.advance(60_000);
    expect(enter()).toBe(true);
  });

  it('says for how long nobody was answered', async () => {
    const { clock, gate } = await broken();
    await clock.advance(4_000);
    expect(gate.health(PROVIDER)).toEqual({ state: 'open', latencyMs: null, inUse: 0, downForMs: 5_000 });
  });
});
