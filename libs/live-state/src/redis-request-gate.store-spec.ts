import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeRequestGate, describeToggleStates } from '@app/conversation/testing';
import { systemClock } from '@app/kernel';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { type LiveRedis, openRedis } from './redis.js';
import { RedisRequestGate } from './redis-request-gate.js';
import { RedisToggleStates } from './redis-toggle-states.js';

const INTERVAL_MS = 100;

let direct: LiveRedis;
let gate: Gate;
let redis: LiveRedis;

beforeAll(async () => {
  const { url } = await freshRedis();
  gate = await gateTo(url);
  direct = await openRedis({ url }, systemClock);
  redis = await openRedis({ url: gate.url, commandTimeoutMs: 200 }, systemClock);
});
afterAll(async () => {
  await redis.close();
  await direct.close();
  await gate.shut();
});

const node = (onAlone?: (alone: boolean) => void) =>
  new RedisRequestGate(direct, systemClock, { intervalMs: INTERVAL_MS, ...(onAlone && { onAlone }) });

describeRequestGate(() => ({ gate: node(), intervalMs: INTERVAL_MS }));

describeToggleStates(() => new RedisToggleStates(direct));

/** When each of `count` passed, by a clock of ours, in order. */
async function passAll(gates: readonly RedisRequestGate[], account: string, count: number): Promise<number[]> {
  const times = Array.from({ length: count }, async (_, index) => {
    await gates[index % gates.length]?.pass({ account });
    return systemClock.nowMs();
  });
  return (await Promise.all(times)).sort((a, b) => a - b);
}

describe('a gate over many nodes', () => {
  it('holds all of them together to one rate', async () => {
    const times = await passAll([node(), node(), node()], randomUUID(), 9);

    expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(7.5 * INTERVAL_MS);
  });

  it('lets a hang-up of one node overtake what waits at another', async () => {
    const [one, other, account] = [node(), node(), randomUUID()];
    await one.pass({ account });
    const passed: string[] = [];
    const waiting = Array.from({ length: 4 }, () => one.pass({ account }).then(() => passed.push('a list')));
    await other.pass({ account, urgent: true }).then(() => passed.push('a hang-up'));
    await Promise.all(waiting);

    expect(passed).toEqual(['a hang-up', 'a list', 'a list', 'a list', 'a list']);
  });

  it('holds back all nodes when one was told to slow down', async () => {
    const [one, other, account] = [node(), node(), randomUUID()];
    const beganMs = systemClock.nowMs();
    await one.backOff(account, 500);
    await other.pass({ account });

    expect(systemClock.nowMs() - beganMs).toBeGreaterThan(450);
  });

  it('goes on when a node that stood first is gone', async () => {
    const account = randomUUID();
    await node().pass({ account });
    const dead = new RedisRequestGate(
      direct,
      { ...systemClock, sleep: () => new Promise(() => {}) },
      { intervalMs: 1 },
    );
    void dead.pass({ account }); // takes a place, and is never heard of again
    await until(async () => (await direct.ask((commands) => commands.keys('*gate:*:leases'))).length > 0);

    await expect(node().pass({ account })).resolves.toBeUndefined();
  });

  it('stores no account as it is', async () => {
    const account = `secret-${randomUUID()}`;
    await node().pass({ account });
    const keys = await direct.ask((commands) => commands.keys('*'));

    expect(keys.filter((key) => key.includes('gate:')).length).toBeGreaterThan(0);
    expect(keys.filter((key) => key.includes(account))).toEqual([]);
  });
});

describe('a gate whose Redis is gone', () => {
  it('lets its own share through, says so, and says when it is back', async () => {
    const [told, account] = [[] as boolean[], randomUUID()];
    const through = new RedisRequestGate(redis, systemClock, {
      intervalMs: INTERVAL_MS,
      onAlone: (alone) => told.push(alone),
    });
    await through.pass({ account });
    await gate.shut();
    const beganMs = systemClock.nowMs();
    await through.pass({ account });
    await through.pass({ account });
    expect(systemClock.nowMs() - beganMs).toBeGreaterThan(3.5 * INTERVAL_MS); // half the rate: two nodes may be there
    expect(told).toEqual([true]);

    await gate.reopen();
    await until(() => redis.ready);
    await through.pass({ account });
    expect(told).toEqual([true, false]);
  });

  it('still lets somebody give up', async () => {
    const [account, patience] = [randomUUID(), new AbortController()];
    const through = new RedisRequestGate(redis, systemClock, { intervalMs: 60_000 });
    await gate.shut();
    const waiting = through.pass({ account, signal: patience.signal });
    patience.abort(new Error('enough'));

    await expect(waiting).rejects.toThrow('enough');
    await gate.reopen();
    await until(() => redis.ready);
  });
});

describe('a toggle in Redis', () => {
  it('is unknown when who was switching it over is not heard of any more', async () => {
    const [states, name] = [new RedisToggleStates(direct, 50), randomUUID()];
    expect(await states.claim(name, true)).toBe('claimed');
    expect(await states.claim(name, true)).toBe('busy');
    await until(async () => (await states.claim(name, true)) !== 'busy');

    expect(await states.claim(name, false)).toBe('unknown');
  });
});
