import type { Closer, Logger } from '@app/boot';
import { JobQueue, JobWorkers } from '@app/jobs';
import { type Clock, newNodeId } from '@app/kernel';
import { LiveCalls, type LiveRedis, Nodes, openRedis, RedisCallLogs, WebhookInbox } from '@app/live-state';
import { CallStore, closePostgres, openPostgres, type PrismaClient, WebhookStore } from '@app/persistence';
import { finishCall } from './jobs/finish-call.job.js';
import { storeWebhook } from './jobs/store-webhook.job.js';
import { tellOfFailure } from './jobs/tell-of-failure.js';
import { LostCalls } from './lost-calls.js';
import { missedEventsOf } from './missed-events/ringover.js';
import type { WorkerConfig } from './worker.env.js';

const JOBS_END_WITHIN_MS = 20_000;
const CLOSE_WITHIN_MS = 5_000;

/** Does what comes after a call, until it is closed. @throws StoreError when a store is not there at the start */
export async function startWorker(
  config: WorkerConfig,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<Closer[]> {
  const prisma = await openPostgres({ ...config.postgres, poolSize: config.jobs.finishCallsAtOnce + 2 });
  const redis = await openRedis(config.redis, clock).catch(async (error: unknown) => {
    await closePostgres(prisma);
    throw error;
  });
  const live = new LiveCalls(redis, newNodeId());
  const queue = new JobQueue(config.redis);
  const lost = new LostCalls({ live, nodes: new Nodes(redis, clock), queue, clock, log });
  const parts = { prisma, redis, live, clock, log };
  const missed = missedEventsOf(config, { ...parts, queue });
  const workers = workersOf(config, parts);
  lost.watch();
  missed?.watch();
  log.info('waiting for work');
  return [
    { name: 'missed events', close: async () => missed?.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'lost calls', close: () => lost.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'jobs', close: () => workers.close(), withinMs: JOBS_END_WITHIN_MS },
    { name: 'queue', close: () => queue.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'redis', close: () => redis.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'postgres', close: () => closePostgres(prisma), withinMs: CLOSE_WITHIN_MS },
  ];
}

interface Parts {
  prisma: PrismaClient;
  redis: LiveRedis;
  live: LiveCalls;
  clock: Clock;
  log: Logger;
}

function workersOf(config: WorkerConfig, { prisma, redis, live, clock, log }: Parts): JobWorkers {
  const [calls, logs] = [new CallStore(prisma), new RedisCallLogs(redis, clock)];
  const [inbox, webhooks] = [new WebhookInbox(redis), new WebhookStore(prisma)];
  return new JobWorkers({
    url: config.redis.url,
    takers: {
      'finish-call': finishCall({ calls, live, logs, clock, log, recordings: config.recordings.folder }),
      'store-webhook': storeWebhook({ inbox, webhooks }),
    },
    // one at a time keeps the order of arrival; it empties the whole inbox each time
    concurrency: { 'finish-call': config.jobs.finishCallsAtOnce, 'store-webhook': 1 },
    lockMs: config.jobs.lockMs,
    onFailed: tellOfFailure(log),
  });
}
