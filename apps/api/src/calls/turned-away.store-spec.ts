import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { base64ToPcm } from '@app/audio';
import { createLogger, createMetrics, frameworkLogger, type Metrics, readEnv } from '@app/boot';
import { PhraseCache } from '@app/conversation';
import { ScriptedTextToSpeech } from '@app/conversation/testing';
import { newCallId, newNodeId, systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { type LineLease, Lines } from '@app/live-state';
import { AgentStore, ApiKeyStore } from '@app/persistence';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { WebSocket } from 'ws';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';
import { until } from '../../../../test/until.js';
import { apiEnv } from '../api.env.js';
import { ApiModule } from '../api.module.js';
import { HTTP_OPTIONS, layHttpSurface } from '../http/http-surface.js';
import { UpgradeAdapter } from '../media/upgrade-adapter.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let app: NestExpressApplication;
let metrics: Metrics;
let port: number;
let key: string;
/** Of the two lines that the agent has, by calls that another process carries. */
let taken: LineLease[];

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  const { url: redisUrl } = await freshRedis();
  const env = { DATABASE_URL: database.url, REDIS_URL: redisUrl, DRAIN_MS: '0', LINES_PER_AGENT: '2' };
  const log = createLogger({ name: 'api', level: 'silent' });
  metrics = createMetrics('api');
  const parts = { clock: systemClock, log, metrics };
  app = await NestFactory.create<NestExpressApplication>(ApiModule.with(readEnv(apiEnv, env), parts), {
    ...HTTP_OPTIONS,
    logger: frameworkLogger(log),
  });
  layHttpSurface(app);
  app.useWebSocketAdapter(new UpgradeAdapter(app));
  await app.listen(0, '127.0.0.1');
  port = (app.getHttpServer().address() as AddressInfo).port;
  key = await app.get(ApiKeyStore).create('a spec', ['admin']);
  await renderPhrases();
  taken = [1, 2].map(() => ({ agentId: postgres.agentId, callId: newCallId(), nodeId: newNodeId() }));
});
afterAll(async () => {
  await app.close();
  metrics.close();
  await postgres.close();
  await database.drop();
});

/** By a voice that then is no longer there. */
async function renderPhrases(): Promise<void> {
  const clock = new FakeClock();
  const settings = await app.get(AgentStore).settingsOf(postgres.agentId);
  const { signal } = new AbortController();
  const warming = app.get(PhraseCache).warm(settings, new ScriptedTextToSpeech(clock), 8_000, signal);
  await clock.advance(60_000);
  await warming;
}

const rendered = (text: string): number[] => [
  ...(app.get(PhraseCache).find({ voice: 'lab/mouth', voiceId: 'clara', language: 'en-GB', rateHz: 8_000 }, text)
    ?.samples ?? []),
];

/** Rings, and listens until the line is closed. */
async function ring(carrierCallId: string): Promise<{ heard: number[]; transfers: unknown[] }> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/api/v1/media/ringover/token-of-clara`);
  const heard: number[] = [];
  const transfers: unknown[] = [];
  socket.on('message', (data: Buffer) => {
    const message = JSON.parse(data.toString()) as { event?: string; data: unknown };
    if (message.event === 'transfer') {
      transfers.push(message.data);
      socket.close(1_000); // as the carrier does when it has taken the call
    } else if (message.event === undefined) {
      heard.push(...base64ToPcm((message.data as { audioData: string }).audioData));
    }
  });
  await once(socket, 'open');
  socket.send(JSON.stringify({ call_id: carrierCallId, from_number: '441632960099', to_number: '33184990011' }));
  await once(socket, 'close');
  return { heard, transfers };
}

const get = async (path: string): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${key}` } })).text();

async function callOf(
  carrierCallId: string,
): Promise<{ state: string; endReason: string; events: { type: string }[] }> {
  const list = async () =>
    (JSON.parse(await get(`/api/v1/calls?carrierCallId=${carrierCallId}`)) as { calls: { id: string }[] }).calls;
  const find = async () =>
    JSON.parse(await get(`/api/v1/calls/${(await list())[0]?.id}`)) as Awaited<ReturnType<typeof callOf>>;
  await until(async () => ['closing', 'ended'].includes((await find()).state));
  return find();
}

describe('a caller on a real socket', () => {
  it('hears the rendered message, and is sent to the overflow number, when both lines are taken', async () => {
    for (const lease of taken) await app.get(Lines).acquire(lease, { agent: 2 });

    const { heard, transfers } = await ring('18000000000000000071');

    const message = rendered('All lines are busy.');
    expect(heard.slice(0, message.length)).toEqual(message);
    expect(transfers).toEqual([441632960002]);
    const call = await callOf('18000000000000000071');
    expect(call.endReason).toBe('no-line');
    expect(call.events).toContainEqual(
      expect.objectContaining({
        type: 'call.turned-away',
        data: { reason: 'no-line', told: true, transferTo: '+441632960002' },
      }),
    );
    expect(await app.get(Lines).count(postgres.agentId)).toBe(2);
    for (const lease of taken) await app.get(Lines).release(lease);
  });

  it('gets the same, and takes no line, when a provider is not there at all', async () => {
    const { heard, transfers } = await ring('18000000000000000072');

    expect(heard.length).toBeGreaterThan(0);
    expect(transfers).toEqual([441632960002]);
    expect((await callOf('18000000000000000072')).endReason).toBe('provider-lost');
    expect(await app.get(Lines).count(postgres.agentId)).toBe(0);
    expect(await get('/metrics')).toMatch(/carillon_calls_turned_away_total\{.*reason="provider-lost".*\} 1/);
  });
});
