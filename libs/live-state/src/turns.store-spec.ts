import { expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { openRedis } from './redis.js';
import { Turns } from './turns.js';

it('a turn is had by one of many, and again after its time', async () => {
  const redis = await openRedis({ url: (await freshRedis()).url }, systemClock);
  const turns = new Turns(redis);
  const taken = await Promise.all(Array.from({ length: 10 }, () => turns.take('look', 200)));

  expect(taken.filter(Boolean)).toHaveLength(1);
  expect(await turns.take('another', 200)).toBe(true);
  await until(() => turns.take('look', 200));
  await redis.close();
});
