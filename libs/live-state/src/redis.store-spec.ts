import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { type LiveRedis, openRedis } from './redis.js';

let gate: Gate;
let redis: LiveRedis;

beforeAll(async () => {
  gate = await gateTo((await freshRedis()).url);
  redis = await openRedis({ url: gate.url, commandTimeoutMs: 200 }, systemClock);
});
afterAll(async () => {
  await redis.close();
  await gate.shut();
});

const unavailable = { name: 'StoreError', code: 'store.unavailable', store: 'redis', retryable: true };
const ping = () => redis.ask((commands) => commands.ping());

async function gone(): Promise<void> {
  await gate.shut();
  await until(() => !redis.ready);
}

async function back(): Promise<void> {
  await gate.reopen();
  await until(() => redis.ready);
}

describe('a Redis that is gone', () => {
  it('is told when nobody answers at the start', async () => {
    const opened = openRedis({ url: 'redis://127.0.0.1:1', connectTimeoutMs: 300 }, systemClock);

    await expect(opened).rejects.toMatchObject(unavailable);
    await expect(opened).rejects.toThrow(/ECONNREFUSED/);
  });

  it('is waited for at the start', async () => {
    await gone();
    const opened = openRedis({ url: gate.url, connectTimeoutMs: 5_000 }, systemClock);
    await back();
    const late = await opened;

    expect(late.ready).toBe(true);
    await late.close();
  });

  it('is told by each command, at once, and is there again when it is back', async () => {
    expect(await ping()).toBe('PONG');

    await gate.shut();
    const askedMs = systemClock.nowMs();
    await expect(ping()).rejects.toMatchObject(unavailable);
    await expect(ping()).rejects.toMatchObject(unavailable);
    expect(systemClock.nowMs() - askedMs).toBeLessThan(200);

    await back();
    expect(await ping()).toBe('PONG');
  });

  it('is told by a command that is under way, which is not sent again', async () => {
    const waiting = redis.ask((commands) => commands.blpop('nothing', 5));
    await gone();

    await expect(waiting).rejects.toMatchObject(unavailable);
    await back();
  });

  it('is told when it does not answer in time', async () => {
    gate.stall();
    await expect(ping()).rejects.toMatchObject(unavailable);

    await gone();
    await back();
    expect(await ping()).toBe('PONG');
  });
});

describe('what is wrong with a command', () => {
  it('is a bug, and comes through as it is', async () => {
    await redis.ask((commands) => commands.set('a', 'text'));

    await expect(redis.ask((commands) => commands.lpush('a', '1'))).rejects.toMatchObject({ name: 'ReplyError' });
  });
});
