import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { Lines } from './lines.js';
import { type LiveRedis, openRedis } from './redis.js';

let redis: LiveRedis;

beforeAll(async () => {
  redis = await openRedis({ url: (await freshRedis()).url }, systemClock);
});
afterAll(() => redis.close());

const SHORT_MS = 40;
const lease = (agentId: string) => ({ agentId, callId: randomUUID() });

describe('the lines of an agent', () => {
  it('are given to as many calls as there are lines, however many ask at once', async () => {
    const [lines, agentId] = [new Lines(redis), randomUUID()];

    const given = await Promise.all(Array.from({ length: 20 }, () => lines.acquire(lease(agentId), 3)));

    expect(given.filter((taken) => taken)).toHaveLength(3);
    expect(await lines.count(agentId)).toBe(3);
  });

  it('are given once to a call that asks twice', async () => {
    const [lines, mine] = [new Lines(redis), lease(randomUUID())];

    expect(await lines.acquire(mine, 1)).toBe(true);
    expect(await lines.acquire(mine, 1)).toBe(true);
    expect(await lines.count(mine.agentId)).toBe(1);
  });

  it('come back when a call gives its own back, however often', async () => {
    const [lines, agentId] = [new Lines(redis), randomUUID()];
    const [mine, other] = [lease(agentId), lease(agentId)];
    await lines.acquire(mine, 1);
    expect(await lines.acquire(other, 1)).toBe(false);
    await lines.release(mine);
    await lines.release(mine);

    expect(await lines.acquire(other, 1)).toBe(true);
  });

  it('come back by themselves when nobody renews them', async () => {
    const [lines, agentId] = [new Lines(redis, SHORT_MS), randomUUID()];
    await lines.acquire(lease(agentId), 1);
    await until(async () => (await lines.count(agentId)) === 0);

    expect(await lines.acquire(lease(agentId), 1)).toBe(true);
  });

  it('come back one by one, while others of the same agent are renewed', async () => {
    const [lines, agentId] = [new Lines(redis, 100), randomUUID()];
    const [kept, left] = [lease(agentId), lease(agentId)];
    await lines.acquire(left, 2);
    await lines.acquire(kept, 2);
    await until(async () => {
      await lines.renew([kept]);
      return (await lines.count(agentId)) < 2;
    });

    expect(await lines.count(agentId)).toBe(1);
  });

  it('stay with calls that renew them', async () => {
    const [lines, agentId] = [new Lines(redis, 200), randomUUID()];
    const held = [lease(agentId), lease(agentId), lease(randomUUID())];
    for (const mine of held) await lines.acquire(mine, 2);
    const untilMs = systemClock.nowMs() + 400;
    while (systemClock.nowMs() < untilMs) {
      await lines.renew(held);
      await systemClock.sleep(20);
    }

    expect(await lines.count(agentId)).toBe(2);
    expect(await lines.acquire(lease(agentId), 2)).toBe(false);
  });

  it('are taken again by a call that kept going while its own was given away', async () => {
    const [lines, agentId] = [new Lines(redis, SHORT_MS), randomUUID()];
    const mine = lease(agentId);
    await lines.acquire(mine, 1);
    await until(async () => (await lines.count(agentId)) === 0);
    const lasting = new Lines(redis);
    await lasting.acquire(lease(agentId), 1);
    await lasting.renew([mine]);

    expect(await lasting.count(agentId)).toBe(2); // one more than there are: both calls are real
  });

  it('of one agent are not those of another', async () => {
    const lines = new Lines(redis);
    await lines.acquire(lease(randomUUID()), 1);

    expect(await lines.acquire(lease(randomUUID()), 1)).toBe(true);
  });

  it('are none for an agent with a limit of none, and none to renew for nobody', async () => {
    const lines = new Lines(redis);

    expect(await lines.acquire(lease(randomUUID()), 0)).toBe(false);
    await expect(lines.renew([])).resolves.toBeUndefined();
  });
});
