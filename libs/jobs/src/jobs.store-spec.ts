import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { OperationalError, systemClock } from '@app/kernel';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { JobQueue } from './job-queue.js';
import { type FailedAttempt, type JobTakers, JobWorkers, NotYet } from './job-workers.js';

let url: string;
let gate: Gate;
let redis: Redis;
let prefix: string;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  ({ url } = await freshRedis());
  gate = await gateTo(url);
  redis = new Redis(url, { maxRetriesPerRequest: null });
});
afterAll(async () => {
  redis.disconnect();
  await gate.shut();
});
beforeEach(() => {
  prefix = randomUUID();
});
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close();
});

class Weather extends OperationalError {
  readonly code = 'test.weather';
  readonly retryable = true;
}

function openQueue(at = url): JobQueue {
  const queue = new JobQueue({ url: at, prefix });
  opened.push(queue);
  return queue;
}

/** Workers, what they did, and what they failed at. */
function openWorkers(
  finish: JobTakers['finish-call'],
  { concurrency = 2, ...options }: { lockMs?: number; concurrency?: number } = {},
) {
  const [done, failed]: [string[], FailedAttempt[]] = [[], []];
  const workers = new JobWorkers({
    url,
    prefix,
    takers: {
      ...NOTHING,
      'finish-call': async (payload, its) => {
        await finish(payload, its);
        done.push(payload.callId);
      },
    },
    clock: systemClock,
    concurrency: { 'finish-call': concurrency, 'report-call': 1, 'dial-call': 1, 'store-webhook': 1 },
    onFailed: (attempt) => failed.push(attempt),
    ...options,
  });
  opened.push(workers);
  return { done, failed, workers };
}

const nothing = () => Promise.resolve();
const NOTHING = { 'report-call': nothing, 'dial-call': nothing, 'store-webhook': nothing };
const jobIn = async (callId: string) => {
  const queue = new Queue('finish-call', { connection: redis, prefix });
  try {
    const job = await queue.getJob(callId);
    return { job, state: await job?.getState() };
  } finally {
    await queue.close();
  }
};

describe('a job', () => {
  it('is done, with what it was told', async () => {
    const callId = randomUUID();
    await openQueue().add('finish-call', callId, { callId });
    const { done } = openWorkers(nothing);
    await until(() => done.length > 0);

    expect(done).toEqual([callId]);
  });

  it('is done once, however often it is asked for', async () => {
    const [queue, callId, other] = [openQueue(), randomUUID(), randomUUID()];
    const { done } = openWorkers(nothing);
    await queue.add('finish-call', callId, { callId });
    await queue.add('finish-call', callId, { callId });
    await until(() => done.length > 0);
    await queue.add('finish-call', callId, { callId });
    await queue.add('finish-call', other, { callId: other });
    await until(() => done.includes(other));

    expect(done).toEqual([callId, other]);
  });

  it('waits as long as it is told, unless it is let go before', async () => {
    const [queue, callId] = [openQueue(), randomUUID()];
    const { done } = openWorkers(nothing);
    await queue.add('finish-call', callId, { callId }, { delayMs: 60_000 });
    expect((await jobIn(callId)).state).toBe('delayed');

    expect(await queue.promote('finish-call', callId)).toBe(true);
    await until(() => done.length > 0);
    expect(await queue.promote('finish-call', callId)).toBe(false);
    expect(await queue.promote('finish-call', randomUUID())).toBe(false);
  });

  it('is given again later when it cannot be done yet, as often as it takes, and that is no failure', async () => {
    const callId = randomUUID();
    const tries: number[] = [];
    const { done, failed } = openWorkers((_payload, { attempt }) =>
      tries.push(attempt) < 3 ? Promise.reject(new NotYet(20)) : nothing(),
    );
    await openQueue().add('finish-call', callId, { callId });
    await until(() => done.length > 0);

    expect([tries, failed]).toEqual([[1, 1, 1], []]);
  });

  it('goes before those of a lower priority', async () => {
    const queue = openQueue();
    const [last, first] = [randomUUID(), randomUUID()];
    await queue.add('finish-call', last, { callId: last }, { priority: 9 });
    await queue.add('finish-call', first, { callId: first }, { priority: 1 });
    const { done } = openWorkers(nothing, { concurrency: 1 });
    await until(() => done.length > 1);

    expect(done).toEqual([first, last]);
  });

  it('is refused when it is told what it does not understand', async () => {
    await expect(openQueue().add('finish-call', 'x', { callId: 'not a uuid' })).rejects.toThrow(/uuid/i);
    await expect(openQueue().add('finish-call', 'x', JSON.parse('{"words":"secret"}'))).rejects.toThrow();
  });
});

describe('a job that fails', () => {
  it('is tried again a second later, for as long as what failed may come back', async () => {
    const callId = randomUUID();
    let weather = 1;
    const { done, failed } = openWorkers(() => (weather-- > 0 ? Promise.reject(new Weather('rain')) : nothing()));
    await openQueue().add('finish-call', callId, { callId });
    await until(() => done.length > 0);

    expect(failed).toMatchObject([{ name: 'finish-call', key: callId, attempt: 1, final: false }]);
    expect(done).toEqual([callId]);
  });

  it('is kept for somebody to look at once it failed five times by a bug, without what the bug said', async () => {
    const [queue, callId] = [openQueue(), randomUUID()];
    const { failed } = openWorkers(() => Promise.reject(new TypeError('the caller said: secret')));
    await queue.add('finish-call', callId, { callId });
    for (let attempt = 1; attempt < 5; attempt += 1) {
      await until(async () => failed.length >= attempt && (await jobIn(callId)).state === 'delayed');
      await queue.promote('finish-call', callId);
    }
    await until(async () => (await jobIn(callId)).state === 'failed');

    expect(failed.map(({ final }) => final)).toEqual([false, false, false, false, true]);
    const { job } = await jobIn(callId);
    expect(JSON.stringify([job?.failedReason, job?.stacktrace])).not.toContain('secret');
    await queue.add('finish-call', callId, { callId });
    expect((await jobIn(callId)).state).toBe('failed');
  });
});

describe('a job whose worker died', () => {
  it('is done by another', async () => {
    const callId = randomUUID();
    let [begun, release] = [0, () => {}];
    const released = new Promise<void>((resolve) => (release = resolve));
    const dying = new JobWorkers({
      url: gate.url,
      prefix,
      takers: { ...NOTHING, 'finish-call': () => ((begun += 1), released) },
      clock: systemClock,
      concurrency: { 'finish-call': 1, 'report-call': 1, 'dial-call': 1, 'store-webhook': 1 },
      onFailed: () => undefined,
      lockMs: 300,
    });
    await openQueue().add('finish-call', callId, { callId });
    await until(() => begun > 0);
    await gate.shut(); // it can no longer say that it is alive
    const { done } = openWorkers(nothing, { lockMs: 300 });
    await until(() => done.length > 0);

    expect(done).toEqual([callId]);
    await gate.reopen();
    release();
    await dying.close();
  });
});

describe('a Redis that is gone', () => {
  it('keeps no worker from closing, whether it works or waits', async () => {
    const callId = randomUUID();
    let begun = 0;
    const workers = new JobWorkers({
      url: gate.url,
      prefix,
      takers: { ...NOTHING, 'finish-call': () => new Promise(() => (begun += 1)) },
      clock: systemClock,
      concurrency: { 'finish-call': 1, 'report-call': 1, 'dial-call': 1, 'store-webhook': 1 },
      onFailed: () => undefined,
    });
    await openQueue().add('finish-call', callId, { callId });
    await until(() => begun > 0);
    await gate.shut();
    await until(async () => (await jobIn(callId)).state === 'active');

    await expect(workers.close()).resolves.toBeUndefined();
    await gate.reopen();
  });

  it('is told to whoever puts a job in, and takes jobs again when it is back', async () => {
    const [queue, callId] = [openQueue(gate.url), randomUUID()];
    await queue.add('finish-call', callId, { callId });
    await gate.shut();
    const unavailable = { code: 'jobs.unavailable', retryable: true };
    await expect(queue.add('finish-call', callId, { callId })).rejects.toMatchObject(unavailable);
    await expect(queue.promote('finish-call', callId)).rejects.toMatchObject(unavailable);

    await gate.reopen();
    const isBack = () =>
      queue.promote('finish-call', callId).then(
        () => true,
        () => false,
      );
    await until(isBack);
    await expect(queue.add('finish-call', callId, { callId })).resolves.toBeUndefined();
  });

  it('is told by a queue that never had one', async () => {
    const queue = openQueue('redis://127.0.0.1:1');

    await expect(queue.add('finish-call', 'x', { callId: randomUUID() })).rejects.toMatchObject({
      code: 'jobs.unavailable',
    });
  });
});
