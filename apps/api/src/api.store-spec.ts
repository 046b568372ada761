import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, createMetrics, frameworkLogger, type Metrics, readEnv } from '@app/boot';
import { LOG_FORMAT, readLog, recordOf, writeEntry } from '@app/conversation';
import { type CallId, newCallId, newNodeId, systemClock } from '@app/kernel';
import { Commands, type CommandTaker, LiveCalls, type LiveRedis, openRedis, RedisCallLogs } from '@app/live-state';
import { ApiKeyStore, CallStore } from '@app/persistence';
import { begunCall, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshDatabase, freshRedis } from '../../../test/stores.js';
import { apiEnv } from './api.env.js';
import { ApiModule } from './api.module.js';
import { HTTP_OPTIONS, layHttpSurface } from './http/http-surface.js';
import { UpgradeAdapter } from './media/upgrade-adapter.js';
import { liveCall } from './testing/some-calls.js';

const LOG = [
  writeEntry({
    seq: 0,
    atMs: 20,
    input: { type: 'line-up' },
    effects: [
      {
        type: 'tell',
        event: { type: 'caller.spoke', turn: 1, text: 'Hello?', confidence: 0.9, startMs: 0, endMs: 20 },
      },
    ],
  }),
];

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let gate: Gate;
let app: NestExpressApplication;
let metrics: Metrics;
let url: string;
let key: string;
let redis: LiveRedis;
/** Another process that carries calls. */
const otherNode = newNodeId();
let otherCommands: Commands;
let serving: ReturnType<Commands['serve']>;
let obey: CommandTaker;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  const ownRedis = await freshRedis();
  gate = await gateTo(ownRedis.url);
  const config = readEnv(apiEnv, { DATABASE_URL: database.url, REDIS_URL: gate.url, DRAIN_MS: '0' });
  const log = createLogger({ name: 'api', level: 'silent' });
  metrics = createMetrics('api');
  app = await NestFactory.create<NestExpressApplication>(ApiModule.with(config, { clock: systemClock, log, metrics }), {
    ...HTTP_OPTIONS,
    logger: frameworkLogger(log),
  });
  layHttpSurface(app);
  app.useWebSocketAdapter(new UpgradeAdapter(app));
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  key = await app.get(ApiKeyStore).create('a spec', ['admin']);
  redis = await openRedis({ url: ownRedis.url }, systemClock);
  otherCommands = new Commands(redis, systemClock);
  serving = otherCommands.serve(otherNode, (callId, command) => obey(callId, command));
});
afterAll(async () => {
  await serving.stop();
  await otherCommands.close();
  await app.close();
  metrics.close();
  await redis.close();
  await gate.shut();
  await postgres.close();
  await database.drop();
});

const ask = async (path: string, method = 'GET') => {
  const response = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${key}` } });
  const text = await response.text();
  return { status: response.status, text, body: text.startsWith('{') ? (JSON.parse(text) as unknown) : text };
};

/** A call that the other process carries. */
async function callElsewhere(): Promise<{ id: CallId; live: LiveCalls }> {
  const id = newCallId();
  const live = new LiveCalls(redis, otherNode);
  const startedAt = systemClock.date().toISOString();
  await live.begin({ ...liveCall(1), id, carrierCallId: id, agentId: postgres.agentId, agentVersion: 1, startedAt });
  const log = new RedisCallLogs(redis, systemClock).open(id);
  for (const line of LOG) log.append(line);
  await log.flush(1_000);
  log.close();
  return { id, live };
}

describe('the api on real stores', () => {
  it('is ready, and tells the agents that are planted', async () => {
    expect(await ask('/ready')).toMatchObject({ status: 200 });
    expect(await ask('/api/v1/agents')).toMatchObject({
      status: 200,
      body: { agents: [{ slug: 'clara', lines: 3, linesInUse: 0, numbers: ['+33184990011'] }] },
    });
  });

  it('tells a live call of another process as its log stands, and hangs it up there', async () => {
    const { id, live } = await callElsewhere();
    expect((await ask('/api/v1/calls?state=live')).body).toMatchObject({ calls: [{ id, agent: { slug: 'clara' } }] });
    expect((await ask(`/api/v1/calls/${id}`)).body).toMatchObject({
      state: 'live',
      nodeId: otherNode,
      transcript: [{ speaker: 'caller', said: 'Hello?' }],
    });
    expect((await ask(`/api/v1/calls/${id}/log`)).text).toBe(`${LOG[0]}\n`);
    const asked: unknown[] = [];
    obey = (callId, command) => {
      asked.push({ callId, ...command });
      return Promise.resolve({ state: 'done', effect: 'hung-up' });
    };

    expect(await ask(`/api/v1/calls/${id}/hangup`, 'POST')).toMatchObject({
      status: 200,
      body: { state: 'done', effect: 'hung-up' },
    });
    expect(asked).toEqual([{ callId: id, type: 'hang-up', author: 'a spec' }]);
    await live.end(id, { endedAt: systemClock.date().toISOString(), endReason: 'operator-hung-up' });
    expect(await ask(`/api/v1/calls/${id}/hangup`, 'POST')).toMatchObject({
      status: 409,
      body: { code: 'call.ended' },
    });
    expect(asked).toHaveLength(1);
  });

  it('says within little more than a second that a process has not answered yet', async () => {
    const { id, live } = await callElsewhere();
    let answer: (() => void) | undefined;
    obey = () => new Promise((resolve) => (answer = () => resolve({ state: 'done', effect: 'hung-up' })));
    const askedMs = systemClock.nowMs();
    expect(await ask(`/api/v1/calls/${id}/hangup`, 'POST')).toMatchObject({
      status: 202,
      body: { state: 'queued', place: 1 },
    });
    expect(systemClock.nowMs() - askedMs).toBeLessThan(2_000);
    answer?.();
    await live.drop(id);
  });

  it('tells a call of the past from Postgres, by id and by the carrier’s id', async () => {
    const begun = begunCall(postgres.agentId, { carrierCallId: '18000000000000000042' });
    const calls = app.get(CallStore);
    await calls.begin(begun);
    const [endedAt, finishedAt] = [systemClock.date(), systemClock.date()];
    const outcome = { endedAt, finishedAt, endReason: 'caller-hung-up', ending: 'confirmed' } as const;
    await calls.finish(begun.id, { record: recordOf(readLog(LOG)), log: LOG, logFormat: LOG_FORMAT, ...outcome });

    expect((await ask(`/api/v1/calls/${begun.id}`)).body).toMatchObject({
      state: 'ended',
      ending: 'confirmed',
      transcript: [{ said: 'Hello?' }],
      latencies: [],
    });
    expect((await ask(`/api/v1/calls/${begun.id}/log`)).text).toBe(`${LOG[0]}\n`);
    const found = await ask(`/api/v1/calls?carrierCallId=${begun.carrierCallId}`);
    expect(found.body).toMatchObject({ calls: [{ id: begun.id }], nextCursor: null });
  });

  it('is not ready while Redis is away, still tells the past, and is ready again after', async () => {
    await gate.shut();
    expect(await ask('/ready')).toMatchObject({ status: 503, body: { checks: { postgres: 'up', redis: 'down' } } });
    expect(await ask('/health')).toMatchObject({ status: 200 });
    expect(await ask('/api/v1/calls?state=ended')).toMatchObject({ status: 200 });
    expect(await ask('/api/v1/calls?state=live')).toMatchObject({ status: 503, body: { code: 'service.unavailable' } });
    await gate.reopen();
    while ((await ask('/ready')).status !== 200) await systemClock.sleep(20); // bounded by Jest
    expect(await ask('/api/v1/calls?state=live')).toMatchObject({ status: 200 });
  });
});
