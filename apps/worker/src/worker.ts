import { type Closer, type Logger, onceThere } from '@app/boot';
import { JobQueue, JobWorkers } from '@app/jobs';
import { type Clock, newNodeId } from '@app/kernel';
import {
  Feed,
  LiveCalls,
  type LiveRedis,
  Nodes,
  openRedis,
  RedisCallLogs,
  RedisProviderGate,
  WebhookInbox,
} from '@app/live-state';
import {
  AgentStore,
  AttemptStore,
  CallStore,
  closePostgres,
  openPostgres,
  type PrismaClient,
  ReportStore,
  WebhookStore,
} from '@app/persistence';
import { catalogOf, limitsByName, PriceList, ProviderChains } from '@app/providers';
import { finishCall } from './jobs/finish-call.job.js';
import { WorkerEnds } from './jobs/no-report.js';
import { reportCall } from './jobs/report-call.job.js';
import { storeWebhook } from './jobs/store-webhook.job.js';
import { tellOfFailure } from './jobs/tell-of-failure.js';
import { LostCalls } from './lost-calls.js';
import { missedEventsOf } from './missed-events/ringover.js';
import { nobodyDials, Outbound } from './outbound/outbound.js';
import { CallTracer } from './traces/call-tracer.js';
import type { WorkerConfig } from './worker.env.js';

const JOBS_END_WITHIN_MS = 20_000;
const CLOSE_WITHIN_MS = 5_000;
/** The carrier takes two requests a second of all of us, and may be slow to answer one. */
const DIALLED_AT_ONCE = 4;

/** Does what comes after a call, until it is closed. @throws StoreError when a store is not there at the start */
export async function startWorker(
  config: WorkerConfig,
  { clock, log }: { clock: Clock; log: Logger },
): Promise<Closer[]> {
  const poolSize = config.jobs.finishCallsAtOnce + config.jobs.reportsAtOnce + 2;
  const patience = { clock, log, ...config.stores };
  const prisma = await onceThere(() => openPostgres({ ...config.postgres, poolSize }), patience);
  const redis = await onceThere(() => openRedis(config.redis, clock), patience).catch(async (error: unknown) => {
    await closePostgres(prisma);
    throw error;
  });
  const live = new LiveCalls(redis, newNodeId());
  const queue = new JobQueue(config.redis);
  const { returnWithinMs } = config.calls;
  const lost = new LostCalls({ live, nodes: new Nodes(redis, clock), queue, clock, log, returnWithinMs });
  const stop = new AbortController();
  const { endpoint } = config.traces;
  const tracer = endpoint === undefined ? undefined : new CallTracer(endpoint, log);
  const gate = new RedisProviderGate(redis, clock, { limitsOf: limitsByName(config.providerLimits) });
  const parts = { prisma, redis, live, clock, log, tracer };
  const outbound = Outbound.of(config, { prisma, redis, queue, clock, log });
  const workers = workersOf(config, { ...parts, queue, gate, outbound, stop: stop.signal });
  const missed = missedEventsOf(config, { ...parts, queue });
  lost.watch();
  outbound?.watch();
  missed?.watch();
  log.info('waiting for work');
  return [
    { name: 'missed events', close: async () => missed?.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'calls that were placed', close: async () => outbound?.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'lost calls', close: () => lost.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'questions to models', close: async () => stop.abort(new WorkerEnds()), withinMs: CLOSE_WITHIN_MS },
    { name: 'jobs', close: () => workers.close(), withinMs: JOBS_END_WITHIN_MS },
    { name: 'gate of providers', close: async () => gate.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'traces', close: async () => tracer?.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'queue', close: () => queue.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'redis', close: () => redis.close(), withinMs: CLOSE_WITHIN_MS },
    { name: 'postgres', close: () => closePostgres(prisma), withinMs: CLOSE_WITHIN_MS },
  ];
}

interface Parts {
  prisma: PrismaClient;
  redis: LiveRedis;
  live: LiveCalls;
  queue: JobQueue;
  gate: RedisProviderGate;
  clock: Clock;
  log: Logger;
  tracer: CallTracer | undefined;
  /** Undefined where no calls are placed. */
  outbound: Outbound | undefined;
  /** Ends what a model is being asked. */
  stop: AbortSignal;
}

function workersOf(config: WorkerConfig, parts: Parts): JobWorkers {
  const { prisma, redis, live, queue, gate, clock, log, tracer, outbound, stop } = parts;
  const [calls, logs] = [new CallStore(prisma), new RedisCallLogs(redis, clock)];
  const attempts = new AttemptStore(prisma);
  const [inbox, webhooks] = [new WebhookInbox(redis), new WebhookStore(prisma)];
  const [agents, reports] = [new AgentStore(prisma), new ReportStore(prisma)];
  const chains = new ProviderChains({ catalog: catalogOf(config.providers, clock), gate, clock });
  const [catalog, feed] = [{ model: (name: string) => chains.afterCall(name) }, new Feed(redis)];
  return new JobWorkers({
    url: config.redis.url,
    takers: {
      'finish-call': finishCall({
        calls,
        live,
        logs,
        attempts,
        queue,
        clock,
        log,
        tracer,
        recordings: config.recordings.folder,
        prices: new PriceList(config.prices),
      }),
      'report-call': reportCall({ calls, agents, reports, catalog, feed, clock, log, stop }),
      'dial-call': outbound?.take ?? nobodyDials,
      'store-webhook': storeWebhook({ inbox, webhooks }),
    },
    // one at a time keeps the order of arrival; it empties the whole inbox each time
    concurrency: {
      'finish-call': config.jobs.finishCallsAtOnce,
      'report-call': config.jobs.reportsAtOnce,
      'dial-call': DIALLED_AT_ONCE,
      'store-webhook': 1,
    },
    clock,
    lockMs: config.jobs.lockMs,
    onFailed: tellOfFailure(log),
  });
}
