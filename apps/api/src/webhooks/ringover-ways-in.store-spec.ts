import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createLogger, createMetrics, type Metrics } from '@app/boot';
import { JobQueue } from '@app/jobs';
import { newCallId, systemClock } from '@app/kernel';
import { LiveCalls, RingingCalls, WebhookInbox } from '@app/live-state';
import { WebhookStore } from '@app/persistence';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { SILENCE_LIMITS } from '@app/telephony';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { WebSocket } from 'ws';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';
import { CallCarrier } from '../calls/arrived-call.js';
import { ReturnedCalls } from '../calls/returned-calls.js';
import { HTTP_OPTIONS, layHttpSurface } from '../http/http-surface.js';
import { MediaModule } from '../media/media.module.js';
import { FakeCallCarrier } from '../media/testing/media-fakes.js';
import { dial } from '../media/testing/upgrade-client.js';
import { UpgradeAdapter } from '../media/upgrade-adapter.js';
import { ProcessModule } from '../process.module.js';
import { StoresModule } from '../stores.module.js';
import { liveCall } from '../testing/some-calls.js';
import { sign, webhooksConfig } from './testing/webhook-fakes.js';
import { WebhooksModule } from './webhooks.module.js';

const TOKEN = 'the-token-in-the-address';
const KEY = 'the-key-of-call-event';
const NUMBER = '+33184990011';
const RINGOVER = {
  line: {
    rateHz: 8_000 as const,
    pacing: { chunkMs: 200, leadMs: 400 },
    numbersAs: 'number' as const,
    hangUp: { by: 'close' as const },
    silence: SILENCE_LIMITS,
  },
  metadata: { callId: 'call_id', from: 'from_number', to: 'to_number' },
};

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let metrics: Metrics;
let app: NestExpressApplication;
let host: string;
const carrier = new FakeCallCarrier();
const streams: WebSocket[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  metrics = createMetrics('test');
  const redis = await freshRedis();
  const log = createLogger({ name: 'api', level: 'silent' });
  const returned = { take: () => Promise.resolve({ state: 'new' }) };
  @Module({
    providers: [
      { provide: CallCarrier, useValue: carrier },
      { provide: ReturnedCalls, useValue: returned },
    ],
    exports: [CallCarrier, ReturnedCalls],
  })
  class Calls {}
  @Module({
    imports: [
      ProcessModule.with({ clock: systemClock, log, metrics }),
      StoresModule.with({ postgres: { url: database.url }, redis: { url: redis.url }, stores: { withinMs: 0 } }),
      MediaModule.with({ ringover: RINGOVER, calls: Calls }),
      WebhooksModule.with(webhooksConfig({ token: TOKEN, keys: { 'call-event': KEY } })),
    ],
  })
  class WaysIn {}
  app = await NestFactory.create<NestExpressApplication>(WaysIn, { ...HTTP_OPTIONS, logger: false });
  layHttpSurface(app);
  app.useWebSocketAdapter(new UpgradeAdapter(app));
  await app.listen(0, '127.0.0.1');
  host = `127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(async () => {
  for (const stream of streams) stream.terminate();
  await app.close();
  metrics.close();
  await postgres.close();
  await database.drop();
});

async function tell(event: string, callId: string, from = '33612345678'): Promise<number> {
  const body =
    `{"event":"${event}","resource":"call","timestamp":1789034600.5,"attempt":1,"data":` +
    `{"call_id":${callId},"direction":"inbound","from_number":"${from}","to_number":"33184990011"}}`;
  const url = `http://${host}/api/v1/webhooks/ringover/call-event/${TOKEN}`;
  const headers = { 'content-type': 'application/json', 'x-ringover-webhook-signature': sign(body, KEY) };
  return (await fetch(url, { method: 'POST', body, headers })).status;
}

async function stream(first: string | Buffer): Promise<WebSocket> {
  const token = await postgres.prisma.phoneNumber.findFirstOrThrow({ where: { e164: NUMBER } });
  const { socket } = await dial(`ws://${host}/api/v1/media/ringover/${token.mediaToken}`);
  streams.push(socket);
  socket.send(first);
  return socket;
}

describe('the ways in, on real stores', () => {
  it('match a stream without metadata with the call that was told to ring', async () => {
    expect(await tell('ringing', '18345678901234567890')).toBe(200);
    await stream(Buffer.alloc(320));
    expect(await carrier.carried(1)).toMatchObject([
      { matchedBy: 'ringing', carrierCallId: '18345678901234567890', from: '+33612345678' },
    ]);
  });

  it('offer no call that was missed before the word that it rings, and keep a record of it', async () => {
    expect(await tell('missed', '18345678901234567891')).toBe(200);
    expect(await tell('ringing', '18345678901234567891')).toBe(200);
    const at = { carrier: 'ringover', number: NUMBER, withinMs: 10_000 };
    expect(await app.get(RingingCalls).claimOnly(at)).toBeUndefined();
    const rows = await postgres.prisma.call.findMany({ where: { carrierCallId: '18345678901234567891' } });
    expect(rows).toMatchObject([{ state: 'missed', ending: 'confirmed', from: '+33612345678', to: NUMBER }]);
  });

  it('let a record that waits for the hang-up begin', async () => {
    const [live, jobs, id] = [app.get(LiveCalls), app.get(JobQueue), newCallId()];
    const { state: _, nodeId: __, endedAt: ___, endReason: ____, hungUpAt: _____, ...facts } = liveCall(1);
    await live.begin({ ...facts, id, carrierCallId: '18345678901234567892' });
    await jobs.add('finish-call', id, { callId: id }, { delayMs: 60_000 });
    expect(await tell('hangup', '18345678901234567892')).toBe(200);
    expect(await live.get(id)).toMatchObject({ hungUpAt: '2026-09-10T10:03:20.500Z' });
    expect(await jobs.promote('finish-call', id)).toBe(false); // it does not wait any more
  });

  it('leave every delivery for Postgres, and count the repeated ones there', async () => {
    expect(await tell('answered', '18345678901234567893')).toBe(200);
    expect(await tell('answered', '18345678901234567893')).toBe(200);
    const store = app.get(WebhookStore);
    await app.get(WebhookInbox).empty(async (entry) => {
      await store.save({ ...entry, receivedAt: new Date(entry.receivedAt) });
    });
    const rows = await postgres.prisma.rawWebhook.findMany({ where: { event: 'answered' } });
    expect(rows).toMatchObject([{ resource: 'call', verifiedBy: 'jwt-v1', deliveries: 2 }]);
  });
});
