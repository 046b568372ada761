import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { type LiveRedis, openRedis } from './redis.js';
import { RoutedCalls } from './routed-calls.js';

let redis: LiveRedis;
let routed: RoutedCalls;

beforeAll(async () => {
  redis = await openRedis({ url: (await freshRedis()).url }, systemClock);
  routed = new RoutedCalls(redis);
});
afterAll(() => redis.close());

describe('routed calls', () => {
  it('are known by their carrier and its id, as they were routed last', async () => {
    await routed.note('ringover', '1', { number: '+33184990011', agentId: 'a', routedBy: 'routing: free line' });
    await routed.note('ringover', '1', { number: '+33184990011', agentId: null, routedBy: 'routing: closed' });

    expect(await routed.find('ringover', '1')).toEqual({
      number: '+33184990011',
      agentId: null,
      routedBy: 'routing: closed',
    });
    expect(await routed.find('ringover', '2')).toBeUndefined();
    expect(await routed.find('twilio', '1')).toBeUndefined();
  });

  it('are forgotten by themselves', async () => {
    await routed.note('ringover', '3', { number: '+33184990011', agentId: 'a', routedBy: 'x' });

    expect(await redis.ask((one) => one.pttl(redis.keys.routed('ringover', '3')))).toBeGreaterThan(800_000);
  });
});

describe('whom a caller spoke with last', () => {
  it('is the last that was told', async () => {
    expect(await routed.lastAgentOf('+33612345678')).toBeUndefined();
    await routed.noteSpokeWith('+33612345678', 'a');
    await routed.noteSpokeWith('+33612345678', 'b');

    expect(await routed.lastAgentOf('+33612345678')).toBe('b');
  });
});
