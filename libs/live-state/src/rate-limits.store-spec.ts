import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { type LiveRedis, openRedis, RateLeases, RateLimits, Tickets } from './index.js';

let redis: LiveRedis;
beforeAll(async () => void (redis = await openRedis({ url: (await freshRedis()).url }, systemClock)));
afterAll(() => redis.close());

describe('a rate', () => {
  it('is counted until its window is over, by all together', async () => {
    const [one, other] = [new RateLimits(redis), new RateLimits(redis)];
    const limit = { limit: 2, windowMs: 60_000 };
    expect(await one.take('a', limit)).toMatchObject({ allowed: true, remaining: 1 });
    expect(await other.take('a', limit)).toMatchObject({ allowed: true, remaining: 0 });
    const third = await one.take('a', limit);
    expect(third).toMatchObject({ allowed: false, remaining: 0 });
    expect(third.resetMs).toBeGreaterThan(55_000);
    expect(await one.take('b', limit)).toMatchObject({ allowed: true });
    await one.forget('a');
    expect(await one.take('a', limit)).toMatchObject({ allowed: true, remaining: 1 });
  });

  it('is granted as often as it is left, also in portions', async () => {
    const rates = new RateLimits(redis);
    const limit = { limit: 10, windowMs: 60_000 };
    expect(await rates.lease('d', limit, 4)).toMatchObject({ granted: 4, remaining: 6 });
    expect(await rates.lease('d', limit, 8)).toMatchObject({ granted: 6, remaining: 0 });
    expect(await rates.lease('d', limit, 1)).toMatchObject({ granted: 0, remaining: 0 });
    expect(await rates.take('d', limit)).toMatchObject({ allowed: false });
  });

  it('is not exceeded by processes that take portions and ask at once', async () => {
    const limit = { limit: 300, windowMs: 60_000 };
    const processes = [1, 2, 3].map(() => new RateLeases(new RateLimits(redis), limit, systemClock));
    const all = await Promise.all(processes.flatMap((each) => Array.from({ length: 200 }, () => each.take('e'))));
    const { length } = all.filter(({ allowed }) => allowed);
    expect(length).toBeLessThanOrEqual(300);
    expect(length).toBeGreaterThan(280);
  });

  it('begins anew after its window', async () => {
    const rates = new RateLimits(redis);
    const limit = { limit: 1, windowMs: 20 };
    while ((await rates.take('c', limit)).allowed); // until one is refused
    while (!(await rates.take('c', limit)).allowed) await systemClock.sleep(2); // bounded by Jest
    expect((await rates.take('c', { limit: 9, windowMs: 20 })).resetMs).toBeLessThanOrEqual(20);
  });
});

describe('a ticket', () => {
  it('lets in once, for whom it was made, and is kept nowhere', async () => {
    const tickets = new Tickets(redis);
    const ticket = await tickets.issue({ name: 'Ada' }, 30_000);
    expect(ticket).toMatch(/^ct_[\w-]{43}$/);
    const keys = await redis.ask((commands) => commands.keys('*'));
    expect(keys.join()).not.toContain(ticket);
    expect(await tickets.redeem(ticket)).toEqual({ name: 'Ada' });
    expect(await tickets.redeem(ticket)).toBeUndefined();
  });

  it('expires, and is nobody’s that nobody gave out', async () => {
    const tickets = new Tickets(redis);
    const ticket = await tickets.issue('Ada', 1);
    await systemClock.sleep(20);
    for (const wrong of [ticket, '', 'ct_', `ct_${'A'.repeat(43)}`])
      expect(await tickets.redeem(wrong)).toBeUndefined();
  });
});
