import { createLogger } from '@app/boot';
import type { JobQueue } from '@app/jobs';
import { type AgentId, newCallId, newNodeId, systemClock } from '@app/kernel';
import { LiveCalls, type LiveRedis, type NewLiveCall, openRedis, RedisCallLogs } from '@app/live-state';
import { CallStore, ReportStore } from '@app/persistence';
import { begunCall, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';
import { exampleLog } from './example-log.js';

/** Real stores, and what an api writes into them. */
export interface StoresForSpecs {
  databaseUrl: string;
  redisUrl: string;
  redis: LiveRedis;
  postgres: PostgresForSpecs;
  calls: CallStore;
  live: LiveCalls;
  logs: RedisCallLogs;
  reports: ReportStore;
  queue: RememberingQueue;
  close(): Promise<void>;
}

export const silentLog = createLogger({ name: 'worker', level: 'silent' });

export async function storesForSpecs(): Promise<StoresForSpecs> {
  const [database, server] = [await freshDatabase(), await freshRedis()];
  const postgres = await postgresForSpecs(database.url);
  const redis = await openRedis({ url: server.url }, systemClock);
  return {
    databaseUrl: database.url,
    redisUrl: server.url,
    redis,
    postgres,
    calls: new CallStore(postgres.prisma),
    live: new LiveCalls(redis, newNodeId()),
    logs: new RedisCallLogs(redis, systemClock),
    reports: new ReportStore(postgres.prisma),
    queue: new RememberingQueue(),
    close: async () => {
      await redis.close();
      await postgres.close();
      await database.drop();
    },
  };
}

export const ENDED_AT = '2030-01-07T09:00:03.500Z';

/** A call that is live in both stores, with a log. */
export async function liveCall(
  stores: StoresForSpecs,
  changes: Partial<NewLiveCall> = {},
  entries = exampleLog(),
): Promise<NewLiveCall> {
  const call = newLiveCall(stores.postgres.agentId, changes);
  await stores.live.begin(call);
  await stores.calls.begin(begunCall(stores.postgres.agentId, { id: call.id, carrierCallId: call.carrierCallId }));
  const log = stores.logs.open(call.id);
  for (const entry of entries) log.append(entry);
  await log.flush(1_000);
  return call;
}

/** The same, with its line closed. */
export async function endedCall(stores: StoresForSpecs, changes: Partial<NewLiveCall> = {}): Promise<NewLiveCall> {
  const call = await liveCall(stores, changes);
  await stores.live.end(call.id, { endedAt: ENDED_AT, endReason: 'caller-hung-up' });
  return call;
}

export const newLiveCall = (agentId: AgentId, changes: Partial<NewLiveCall> = {}): NewLiveCall => ({
  id: newCallId(),
  direction: 'inbound',
  carrier: 'ringover',
  carrierCallId: null,
  from: '+33600000001',
  to: '+33184990011',
  agentId,
  agentVersion: 1,
  contactId: null,
  routedBy: 'number +33184990011',
  ringingAt: null,
  startedAt: '2030-01-07T09:00:00.000Z',
  answeredAt: '2030-01-07T09:00:00.000Z',
  ...changes,
});

/** A queue that only remembers what it was asked. */
export class RememberingQueue implements Pick<JobQueue, 'add'> {
  readonly asked: unknown[][] = [];

  add(...asked: Parameters<JobQueue['add']>): Promise<void> {
    this.asked.push(asked);
    return Promise.resolve();
  }
}
