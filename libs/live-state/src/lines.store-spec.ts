import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { Lines } from './lines.js';
import { type LiveRedis, openRedis } from './redis.js';

let redis: LiveRedis;
/** With the lines of nobody else in it. */
let ownRedis: LiveRedis;

beforeAll(async () => {
  const { url } = await freshRedis();
  redis = await openRedis({ url }, systemClock);
  ownRedis = await openRedis({ url, prefix: 'own:' }, systemClock);
});
afterAll(() => Promise.all([redis.close(), ownRedis.close()]));

const SHORT_MS = 40;
const NODE = randomUUID();
const lease = (agentId: string, nodeId = NODE) => ({ agentId, callId: randomUUID(), nodeId });

describe('the lines of an agent', () => {
  it('are given to as many calls as there are lines, however many ask at once', async () => {
    const [lines, agentId] = [new Lines(redis), randomUUID()];

    const given = await Promise.all(Array.from({ length: 20 }, () => lines.acquire(lease(agentId), { agent: 3 })));

    expect(given.filter((taken) => taken)).toHaveLength(3);
    expect(await lines.count(agentId)).toBe(3);
  });

  it('are given once to a call that asks twice', async () => {
    const [lines, mine] = [new Lines(redis), lease(randomUUID())];

    expect(await lines.acquire(mine, { agent: 1 })).toBe(true);
    expect(await lines.acquire(mine, { agent: 1 })).toBe(true);
    expect(await lines.count(mine.agentId)).toBe(1);
  });

  it('come back when a call gives its own back, however often', async () => {
    const [lines, agentId] = [new Lines(redis), randomUUID()];
    const [mine, other] = [lease(agentId), lease(agentId)];
    await lines.acquire(mine, { agent: 1 });
    expect(await lines.acquire(other, { agent: 1 })).toBe(false);
    await lines.release(mine);
    await lines.release(mine);

    expect(await lines.acquire(other, { agent: 1 })).toBe(true);
  });

  it('come back by themselves when nobody renews them', async () => {
    const [lines, agentId] = [new Lines(redis, SHORT_MS), randomUUID()];
    await lines.acquire(lease(agentId), { agent: 1 });
    await until(async () => (await lines.count(agentId)) === 0);

    expect(await lines.acquire(lease(agentId), { agent: 1 })).toBe(true);
  });

  it('come back one by one, while others of the same agent are renewed', async () => {
    const [lines, agentId] = [new Lines(redis, 100), randomUUID()];
    const [kept, left] = [lease(agentId), lease(agentId)];
    await lines.acquire(left, { agent: 2 });
    await lines.acquire(kept, { agent: 2 });
    await until(async () => {
      await lines.renew([kept]);
      return (await lines.count(agentId)) < 2;
    });

    expect(await lines.count(agentId)).toBe(1);
  });

  it('stay with calls that renew them', async () => {
    const [lines, agentId] = [new Lines(redis, 200), randomUUID()];
    const held = [lease(agentId), lease(agentId), lease(randomUUID())];
    for (const mine of held) await lines.acquire(mine, { agent: 2 });
    const untilMs = systemClock.nowMs() + 400;
    while (systemClock.nowMs() < untilMs) {
      await lines.renew(held);
      await systemClock.sleep(20);
    }

    expect(await lines.count(agentId)).toBe(2);
    expect(await lines.acquire(lease(agentId), { agent: 2 })).toBe(false);
  });

  it('are taken again by a call that kept going while its own was given away', async () => {
    const [lines, agentId] = [new Lines(redis, SHORT_MS), randomUUID()];
    const mine = lease(agentId);
    await lines.acquire(mine, { agent: 1 });
    await until(async () => (await lines.count(agentId)) === 0);
    const lasting = new Lines(redis);
    await lasting.acquire(lease(agentId), { agent: 1 });
    await lasting.renew([mine]);

    expect(await lasting.count(agentId)).toBe(2); // one more than there are: both calls are real
  });

  it('go to another agent with their call, if that one has one to spare', async () => {
    const lines = new Lines(redis);
    const [mine, other] = [lease(randomUUID()), lease(randomUUID())];
    const agents = { from: mine.agentId, to: other.agentId };
    await lines.acquire(mine, { agent: 1 });
    await lines.acquire(other, { agent: 1 });
    expect(await lines.move(mine.callId, agents, 1)).toBe(false);
    expect([await lines.count(mine.agentId), await lines.count(other.agentId)]).toEqual([1, 1]);
    expect(await lines.move(mine.callId, agents, 2)).toBe(true);
    expect([await lines.count(mine.agentId), await lines.count(other.agentId)]).toEqual([0, 2]);
  });

  it('of one agent are not those of another', async () => {
    const lines = new Lines(redis);
    await lines.acquire(lease(randomUUID()), { agent: 1 });

    expect(await lines.acquire(lease(randomUUID()), { agent: 1 })).toBe(true);
  });

  it('are none for an agent with a limit of none, and none to renew for nobody', async () => {
    const lines = new Lines(redis);

    expect(await lines.acquire(lease(randomUUID()), { agent: 0 })).toBe(false);
    await expect(lines.renew([])).resolves.toEqual([]);
  });
});

describe('the lines of a node, and all together', () => {
  it('are given to as many calls as there are lines, whichever agents they are for', async () => {
    const [lines, node] = [new Lines(redis), randomUUID()];
    const mine = Array.from({ length: 8 }, () => lease(randomUUID(), node));

    const given = await Promise.all(mine.map((each) => lines.acquire(each, { agent: 1, node: 3 })));

    expect(given.filter((taken) => taken)).toHaveLength(3);
    expect(await lines.acquire(lease(randomUUID(), randomUUID()), { agent: 1, node: 3 })).toBe(true);
  });

  it('are not taken by a call that another limit refuses', async () => {
    const [lines, agentId, node] = [new Lines(redis), randomUUID(), randomUUID()];
    await lines.acquire(lease(agentId, randomUUID()), { agent: 1 });

    expect(await lines.acquire(lease(agentId, node), { agent: 1, node: 1 })).toBe(false);
    expect(await lines.acquire(lease(randomUUID(), node), { agent: 1, node: 1 })).toBe(true);
    expect(await lines.acquire(lease(agentId, node), { agent: 2, node: 1 })).toBe(false);
    expect(await lines.count(agentId)).toBe(1);
  });

  it('of the account are counted over agents and nodes, and come back with each call', async () => {
    const lines = new Lines(ownRedis);
    const somebody = () => lease(randomUUID(), randomUUID());
    const [first, second, third] = [somebody(), somebody(), somebody()] as const;
    const limits = { agent: 9, account: 2 };
    expect([await lines.acquire(first, limits), await lines.acquire(second, limits)]).toEqual([true, true]);
    expect(await lines.acquire(third, limits)).toBe(false);
    await lines.release(first);

    expect(await lines.acquire(third, limits)).toBe(true);
  });

  it('are kept by calls that renew them', async () => {
    const [lines, node] = [new Lines(redis, 200), randomUUID()];
    const mine = lease(randomUUID(), node);
    await lines.acquire(mine, { agent: 1, node: 1 });
    const untilMs = systemClock.nowMs() + 400;
    while (systemClock.nowMs() < untilMs) {
      await lines.renew([mine]);
      await systemClock.sleep(20);
    }

    expect(await lines.acquire(lease(randomUUID(), node), { agent: 1, node: 1 })).toBe(false);
  });
});
