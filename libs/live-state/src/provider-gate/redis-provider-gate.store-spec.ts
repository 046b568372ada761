import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { GatedProvider, ProviderGate } from '@app/conversation/ports';
import { describeProviderGate } from '@app/conversation/testing';
import { systemClock } from '@app/kernel';
import { type Gate, gateTo } from '../../../../test/gate.js';
import { freshRedis } from '../../../../test/stores.js';
import { until } from '../../../../test/until.js';
import { type LiveRedis, openRedis } from '../redis.js';
import { RedisProviderGate } from './redis-provider-gate.js';

const PROBE_EVERY_MS = 200;
const limitsOf = () => ({ atOnce: 5, perMinute: 8 });

let direct: LiveRedis;
let between: Gate;
let redis: LiveRedis;
const opened: RedisProviderGate[] = [];
let provider: GatedProvider;

beforeAll(async () => {
  const { url } = await freshRedis();
  between = await gateTo(url);
  direct = await openRedis({ url }, systemClock);
  redis = await openRedis({ url: between.url, commandTimeoutMs: 200 }, systemClock);
});
beforeEach(() => {
  provider = { stage: 'model', name: `vendor/${randomUUID()}`, host: 'host' };
});
afterEach(() => opened.splice(0).forEach((gate) => gate.close()));
afterAll(async () => {
  await redis.close();
  await direct.close();
  await between.shut();
});

function node(by = direct, settings = {}): RedisProviderGate {
  const gate = new RedisProviderGate(by, systemClock, { probeEveryMs: PROBE_EVERY_MS, ...settings });
  opened.push(gate);
  return gate;
}

describeProviderGate(() => {
  const gate = node(direct, { limitsOf });
  return { gate, probeEveryMs: PROBE_EVERY_MS, settled: () => gate.settled() };
});

async function fail(gate: RedisProviderGate): Promise<void> {
  const pass = gate.enter(provider, 'last-resort');
  pass?.failed();
  pass?.leave();
  await gate.settled();
}
const stateAt = (gate: ProviderGate) => gate.health(provider).state;

describe('a gate of providers over many nodes', () => {
  it('opens by what all of them saw, and closes by the answer that one of them got', async () => {
    const nodes = [node(), node(), node()];
    for (const each of nodes) each.enter(provider, 'turn')?.leave();
    for (const each of nodes) await fail(each);
    await until(() => nodes.every((each) => stateAt(each) === 'open'));
    await systemClock.sleep(PROBE_EVERY_MS);
    const pass = await nodes[1]?.probe(provider);
    pass?.answered(50);
    pass?.leave();
    await until(() => nodes.every((each) => stateAt(each) === 'closed'));
    expect(nodes.map((each) => each.health(provider).latencyMs)).toEqual([50, 50, 50]);
  });

  it('lets one of them probe at a time, and none of them soon after', async () => {
    const nodes = [node(), node(), node(), node()];
    for (let n = 0; n < 3; n += 1) for (const each of nodes) await fail(each);
    await systemClock.sleep(PROBE_EVERY_MS);
    let probes = 0;
    const beganMs = systemClock.nowMs();
    while (systemClock.nowMs() - beganMs < 5 * PROBE_EVERY_MS) {
      const passes = await Promise.all(nodes.map((each) => each.probe(provider)));
      const granted = passes.filter((pass) => pass !== undefined);
      expect(granted.length).toBeLessThanOrEqual(1);
      probes += granted.length;
      granted.forEach((pass) => pass.failed());
      granted.forEach((pass) => pass.leave());
      await systemClock.sleep(5);
    }
    const tookMs = systemClock.nowMs() - beganMs;
    expect(probes).toBeGreaterThan(1);
    expect(probes).toBeLessThanOrEqual(Math.floor(tookMs / PROBE_EVERY_MS) + 1);
  });

  it('counts the places that all of them use', async () => {
    const [one, other] = [node(direct, { limitsOf }), node(direct, { limitsOf })];
    const inside = [1, 2, 3, 4, 5].map(() => one.enter(provider, 'turn'));
    other.enter(provider, 'last-resort')?.leave();
    await until(() => {
      const pass = other.enter(provider, 'turn');
      pass?.leave();
      return pass === undefined;
    });
    inside.forEach((pass) => pass?.leave());
    expect(other.enter(provider, 'turn')).toBeUndefined(); // six asked in this minute, and those of the other one
  });

  it('goes by what it sees itself while Redis is gone, and waits for nothing', async () => {
    const alone = node(redis);
    await between.shut();
    const beganMs = systemClock.nowMs();
    for (let n = 0; n < 3; n += 1) {
      const pass = alone.enter(provider, 'turn');
      pass?.failed();
      pass?.leave();
    }
    expect([stateAt(alone), alone.enter(provider, 'turn')]).toEqual(['open', undefined]);
    expect(systemClock.nowMs() - beganMs).toBeLessThan(50);
    const pass = await alone.probe(provider);
    expect([pass !== undefined, await alone.probe(provider)]).toEqual([true, undefined]);
    pass?.answered(10);
    pass?.leave();
    expect(stateAt(alone)).toBe('closed');
    await alone.settled();
    await between.reopen();
  });
});
