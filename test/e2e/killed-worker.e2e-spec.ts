import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { type LogEntry, writeEntry } from '@app/conversation';
import type { CallEvent } from '@app/conversation/ports';
import { JobQueue } from '@app/jobs';
import { newNodeId, systemClock } from '@app/kernel';
import { LiveCalls, type LiveRedis, openRedis, RedisCallLogs } from '@app/live-state';
import { CallStore } from '@app/persistence';
import { begunCall, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import pg from 'pg';
import { freshDatabase, freshRedis } from '../stores.js';
import { until } from '../until.js';

const WORKER = fileURLToPath(new URL('../../dist/apps/worker/src/main.js', import.meta.url));

const told = (seq: number, atMs: number, event: CallEvent): LogEntry => ({
  seq,
  atMs,
  input: { type: 'line-up' },
  effects: [{ type: 'tell', event }],
});
const LOG = [
  told(0, 0, { type: 'call.started', agentId: 'a', agentVersion: 1, direction: 'inbound' }),
  told(1, 2_100, { type: 'caller.spoke', turn: 1, text: 'Hello?', confidence: 0.9, startMs: 1_000, endMs: 2_000 }),
  told(2, 3_000, { type: 'call.ended', reason: 'caller-hung-up', durationMs: 3_000 }),
].map(writeEntry);

describe('a worker', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let postgres: PostgresForSpecs;
  let redisUrl: string;
  let redis: LiveRedis;
  let queue: JobQueue;
  let someone: pg.Client;
  let workers: ChildProcess[] = [];

  beforeAll(async () => {
    database = await freshDatabase();
    postgres = await postgresForSpecs(database.url);
    redisUrl = (await freshRedis()).url;
    redis = await openRedis({ url: redisUrl }, systemClock);
    queue = new JobQueue({ url: redisUrl });
    someone = new pg.Client({ connectionString: database.url });
    await someone.connect();
  });
  afterEach(async () => {
    for (const worker of workers) if (worker.kill('SIGKILL')) await once(worker, 'exit');
    workers = [];
  });
  afterAll(async () => {
    await someone.end();
    await queue.close();
    await redis.close();
    await postgres.close();
    await database.drop();
  });

  function startWorker(): ChildProcess {
    const env = { DATABASE_URL: database.url, REDIS_URL: redisUrl, LOG_LEVEL: 'warn', JOB_LOCK_MS: '1000' };
    const worker = spawn(process.execPath, [WORKER], { env, stdio: ['ignore', 'inherit', 'inherit'] });
    workers.push(worker);
    return worker;
  }

  async function endedCall(): Promise<string> {
    const [live, logs, calls] = [
      new LiveCalls(redis, newNodeId()),
      new RedisCallLogs(redis, systemClock),
      new CallStore(postgres.prisma),
    ];
    const call = begunCall(postgres.agentId);
    const startedAt = call.startedAt.toISOString();
    await calls.begin(call);
    await live.begin({ ...call, ringingAt: null, answeredAt: null, startedAt });
    const log = logs.open(call.id);
    for (const entry of LOG) log.append(entry);
    await log.flush(1_000);
    await live.end(call.id, { endedAt: startedAt, endReason: 'caller-hung-up' });
    return call.id;
  }

  /** Resolves when the worker has written the transcript and waits to write the log. */
  const inTheMiddle = () =>
    until(async () => {
      const waiting = await postgres.prisma.$queryRaw<unknown[]>`
        SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return waiting.length > 0;
    });

  it('that is killed while it stores a call loses nothing, and the next one stores it once', async () => {
    const callId = await endedCall();
    await someone.query('BEGIN; LOCK TABLE call_logs IN ACCESS EXCLUSIVE MODE');
    const killed = startWorker();
    await queue.add('finish-call', callId, { callId });
    await inTheMiddle();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await someone.query('ROLLBACK');

    const calls = new CallStore(postgres.prisma);
    expect(await calls.get(callId)).toMatchObject({ state: 'live', transcript: [] });
    startWorker();
    await until(async () => (await calls.get(callId))?.state === 'ended');

    expect(await calls.get(callId)).toMatchObject({ transcript: [{ said: 'Hello?' }], durationMs: 3_000 });
    expect(await calls.logOf(callId)).toEqual(LOG);
    const live = new LiveCalls(redis, newNodeId());
    await until(async () => (await live.get(callId)) === undefined);
    expect(await new RedisCallLogs(redis, systemClock).read(callId)).toEqual([]);
  });

  it('that is told to stop ends with 0, after the job that runs', async () => {
    const callId = await endedCall();
    await someone.query('BEGIN; LOCK TABLE call_logs IN ACCESS EXCLUSIVE MODE');
    const stopped = startWorker();
    await queue.add('finish-call', callId, { callId });
    await inTheMiddle();
    stopped.kill('SIGTERM');
    await someone.query('ROLLBACK');

    expect(await once(stopped, 'exit')).toEqual([0, null]);
    expect(await new CallStore(postgres.prisma).get(callId)).toMatchObject({ state: 'ended' });
  });
});
