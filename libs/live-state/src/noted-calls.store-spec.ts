import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { NotedCalls } from './noted-calls.js';
import { type LiveRedis, openRedis } from './redis.js';

const [OURS, THEIRS] = ['+33184990011', '+33612345678'];

let redis: LiveRedis;
let noted: NotedCalls;

beforeAll(async () => {
  redis = await openRedis({ url: (await freshRedis()).url }, systemClock);
  noted = new NotedCalls(redis);
});
afterAll(() => redis.close());

describe('noted calls', () => {
  it('are known by their carrier and its id', async () => {
    await noted.mark('ringover', { carrierCallId: '1' });

    const isNoted = (carrier: string, carrierCallId: string | null) =>
      noted.isNoted(carrier, { carrierCallId, from: THEIRS, to: OURS });
    expect(await Promise.all([isNoted('ringover', '1'), isNoted('ringover', '2'), isNoted('twilio', '1')])).toEqual([
      true,
      false,
      false,
    ]);
    expect(await noted.isNoted('ringover', { carrierCallId: null })).toBe(false);
  });

  it('are known by their two numbers, whoever wrote', async () => {
    await noted.mark('ringover', { carrierCallId: null, from: OURS, to: THEIRS });

    expect(await noted.isNoted('ringover', { carrierCallId: '3', from: THEIRS, to: OURS })).toBe(true);
    expect(await noted.isNoted('ringover', { carrierCallId: '3', from: THEIRS, to: '+33184990012' })).toBe(false);
  });

  it('are forgotten by themselves', async () => {
    await noted.mark('ringover', { carrierCallId: '4' });

    expect(await redis.ask((one) => one.pttl(redis.keys.noted('ringover', '4')))).toBeGreaterThan(86_000_000);
  });
});
