import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { type LiveRedis, openRedis } from './redis.js';
import { Tickets } from './tickets.js';

let redis: LiveRedis;
beforeAll(async () => (redis = await openRedis({ url: (await freshRedis()).url }, systemClock)));
afterAll(() => redis.close());

it('a ticket lets its holder in once, and Redis does not know it', async () => {
  const tickets = new Tickets(redis);
  const { ticket } = await tickets.issue('{"name":"desk"}');
  expect((await redis.ask((commands) => commands.keys('*'))).join()).not.toContain(ticket);
  expect(await tickets.redeem(ticket)).toBe('{"name":"desk"}');
  expect(await tickets.redeem(ticket)).toBeUndefined();
  expect(await tickets.redeem('another')).toBeUndefined();
});
