import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { type LiveRedis, openRedis } from './redis.js';
import { RedisCallLogs } from './redis-call-logs.js';
import { callLogsConformance } from './testing/index.js';

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

callLogsConformance(() => new RedisCallLogs(direct, systemClock));

/** A log whose Redis can be taken away, and a way to look past the gate. */
function openLog() {
  const callId = randomUUID();
  return {
    callId,
    log: new RedisCallLogs(redis, systemClock).open(callId),
    stored: () => new RedisCallLogs(direct, systemClock).read(callId),
  };
}

const entry = (seq: number) => JSON.stringify({ seq });

describe('a log in Redis', () => {
  it('is written every 100 ms, without being asked', async () => {
    const [clock, callId] = [new FakeClock(), randomUUID()];
    const log = new RedisCallLogs(direct, clock).open(callId);
    const stored = () => new RedisCallLogs(direct, clock).read(callId);
    log.append(entry(0));
    log.append(entry(1));
    await clock.advance(99);
    expect(await stored()).toEqual([]);

    await clock.advance(1);
    await until(async () => (await stored()).length > 0);
    expect(await stored()).toEqual([entry(0), entry(1)]);
    expect(clock.waiting).toBe(0);
  });

  it('waits for a Redis that is gone, and is then written in order and whole', async () => {
    const { log, stored } = openLog();
    log.append(entry(0));
    await log.flush(1_000);
    await gate.shut();
    for (let seq = 1; seq < 1_200; seq += 1) log.append(entry(seq));
    await expect(log.flush(50)).rejects.toMatchObject({ code: 'store.unavailable', retryable: true });
    await gate.reopen();
    log.append(entry(1_200));
    await log.flush(5_000);

    expect(await stored()).toEqual(Array.from({ length: 1_201 }, (_, seq) => entry(seq)));
    expect(log.lost).toBe(0);
  });

  it('is still written after it was closed while Redis was gone', async () => {
    const { log, stored } = openLog();
    await gate.shut();
    log.append(entry(0));
    log.close();
    await gate.reopen();
    await log.flush(5_000);

    expect(await stored()).toEqual([entry(0)]);
  });

  it('holds a batch once whose answer was lost', async () => {
    const { callId, log, stored } = openLog();
    log.append(entry(0));
    await log.flush(1_000);
    const again = new RedisCallLogs(direct, systemClock).open(callId); // counts from the start, as a repeated batch does
    again.append(entry(0));
    again.append(entry(1));
    await again.flush(1_000);

    expect(await stored()).toEqual([entry(0), entry(1)]);
  });

  it('keeps its beginning when memory is full, and says that the rest is lost', async () => {
    const { log, stored } = openLog();
    await gate.shut();
    for (let seq = 0; seq < 20_003; seq += 1) log.append(entry(seq));
    expect(log.lost).toBe(3);
    await expect(log.flush(1_000)).rejects.toMatchObject({ code: 'store.unavailable' });
    await gate.reopen();
    await until(async () => (await stored()).length >= 20_000);
    log.append(entry(20_003)); // a gap is worse than an end
    log.close();

    expect(log.lost).toBe(4);
    await expect(log.flush(1_000)).rejects.toMatchObject({ code: 'store.unavailable' });
    expect((await stored()).at(-1)).toBe(entry(19_999));
  });

  it('says that it is lost when something else stands in its place', async () => {
    const { callId, log } = openLog();
    await direct.ask((commands) => commands.set(direct.keys.callLog(callId), 'not a stream'));
    log.append(entry(0));
    log.close();
    await until(() => log.lost > 0);

    await expect(log.flush(1_000)).rejects.toMatchObject({ code: 'store.unavailable' });
  });
});
