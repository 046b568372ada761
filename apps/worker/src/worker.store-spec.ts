import { resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readEnv } from '@app/boot';
import { JobQueue } from '@app/jobs';
import { systemClock } from '@app/kernel';
import { WebhookInbox } from '@app/live-state';
import { until } from '../../../test/until.js';
import { endedCall, silentLog, type StoresForSpecs, storesForSpecs } from './testing/worker-for-specs.js';
import { startWorker } from './worker.js';
import { workerEnv } from './worker.env.js';

let stores: StoresForSpecs;
let queue: JobQueue;
let closers: Awaited<ReturnType<typeof startWorker>>;

beforeAll(async () => {
  stores = await storesForSpecs();
  queue = new JobQueue({ url: stores.redisUrl });
  const config = readEnv(workerEnv, { DATABASE_URL: stores.databaseUrl, REDIS_URL: stores.redisUrl });
  closers = await startWorker(config, { clock: systemClock, log: silentLog });
});
afterAll(async () => {
  for (const { close } of closers) await close();
  await queue.close();
  await stores.close();
});

describe('the worker', () => {
  it('finishes a call that ended, as soon as it is let', async () => {
    const call = await endedCall(stores);
    await queue.add('finish-call', call.id, { callId: call.id }, { delayMs: 60_000 });
    await queue.promote('finish-call', call.id);
    await until(async () => (await stores.live.get(call.id)) === undefined);

    expect(await stores.calls.get(call.id)).toMatchObject({ state: 'ended', durationMs: 3_000 });
  });

  it('moves webhooks to Postgres, those of others as well', async () => {
    const inbox = new WebhookInbox(stores.redis);
    const entry = (dedupeKey: string) => ({
      id: randomUUID(),
      carrier: 'ringover',
      section: 'call-event',
      dedupeKey,
      resource: 'call',
      event: 'ringing',
      verifiedBy: 'jwt-v1',
      body: '{}',
      receivedAt: '2030-01-07T09:00:00.000Z',
    });
    await inbox.take(entry('forgotten'));
    const last = entry('told');
    await inbox.take(entry('forgotten'));
    await inbox.take(last);
    await queue.add('store-webhook', last.id, { webhookId: last.id });
    const rows = () => stores.postgres.prisma.rawWebhook.findMany({ orderBy: { dedupeKey: 'asc' } });
    await until(async () => (await rows()).length === 2);

    const receivedAt = new Date('2030-01-07T09:00:00.000Z');
    expect(await rows()).toMatchObject([
      { dedupeKey: 'forgotten', deliveries: 2 },
      { dedupeKey: 'told', deliveries: 1, receivedAt },
    ]);
  });

  it('does not start without its stores', async () => {
    const env = {
      DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
      REDIS_URL: stores.redisUrl,
      STORES_WITHIN_S: '0',
    };
    const config = readEnv(workerEnv, env);

    await expect(startWorker(config, { clock: systemClock, log: silentLog })).rejects.toMatchObject({
      code: 'store.unavailable',
    });
  });
});

describe('the environment of the worker', () => {
  it('is read with its defaults', () => {
    const env = { DATABASE_URL: 'postgresql://a@b/c', REDIS_URL: 'redis://d:1' };

    expect(readEnv(workerEnv, env)).toEqual({
      postgres: { url: 'postgresql://a@b/c' },
      redis: { url: 'redis://d:1' },
      stores: { withinMs: 30_000 },
      log: { level: 'info' },
      recordings: { folder: resolve('.local/recordings') },
      traces: { endpoint: undefined },
      calls: { returnWithinMs: 4_000 },
      jobs: { finishCallsAtOnce: 4, reportsAtOnce: 4, lockMs: 10_000 },
      ringover: { rest: undefined, lookEveryMs: 30_000 },
      providers: { voices: {}, recognisers: {} },
      providerLimits: undefined,
      prices: undefined,
      outbound: undefined,
      lines: { perAgent: 3, inAll: undefined },
    });
  });

  it('knows every model that a call may have had', () => {
    const env = { DATABASE_URL: 'postgresql://a@b/c', REDIS_URL: 'redis://d:1' };
    const { providers } = readEnv(workerEnv, { ...env, ANTHROPIC_API_KEY: 'k', GEMINI_API_KEY: 'k' });
    expect(providers).toMatchObject({ anthropic: { model: 'claude-haiku-5-5' }, gemini: { thinking: 'low' } });
  });

  it('names Ringover’s address by its region, or as it is told', () => {
    const env = { DATABASE_URL: 'postgresql://a@b/c', REDIS_URL: 'redis://d:1', RINGOVER_API_KEY: 'k' };

    expect(readEnv(workerEnv, { ...env, RINGOVER_REGION: 'us' }).ringover.rest).toMatchObject({
      apiKey: 'k',
      url: 'https://public-api-us.ringover.com/v2',
    });
    expect(readEnv(workerEnv, { ...env, RINGOVER_API_URL: 'http://127.0.0.1:1/v2/' }).ringover.rest?.url).toBe(
      'http://127.0.0.1:1/v2',
    );
  });

  it('is refused with every fault at once, and no value', () => {
    const env = { DATABASE_URL: 'mysql://secret@b/c', LOG_LEVEL: 'loud', FINISH_CALLS_AT_ONCE: '0' };

    expect(() => readEnv(workerEnv, env)).toThrow(/DATABASE_URL.*\nREDIS_URL.*\nLOG_LEVEL.*\nFINISH_CALLS_AT_ONCE/);
    expect(() => readEnv(workerEnv, env)).not.toThrow(/secret/);
  });
});
