import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId, newNodeId, systemClock } from '@app/kernel';
import { Lines, LiveCalls, type LiveRedis, openRedis } from '@app/live-state';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { apiInProcess } from './api-in-process.js';
import { type OwnRedis, ownRedis } from './own-redis.js';
import { freshDatabase } from './stores.js';

const TOKEN = 'the-token-in-the-address';
const KEY = 'the-key-of-smart-routing';
const [OURS, SAFE] = [33_184_990_011, 33_184_990_099];
const LIVE_CALLS = 100;
const A_SECOND = 20;
/** The long form, beside calls that are spoken in: `npm run test:routing`. */
const SECONDS = 5;
const BUDGET_MS = 200;

let redisServer: OwnRedis;
let redis: LiveRedis;
let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let api: Awaited<ReturnType<typeof apiInProcess>>;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  await postgres.prisma.agent.update({ where: { id: postgres.agentId }, data: { lines: LIVE_CALLS + 1 } });
  redisServer = await ownRedis();
  redis = await openRedis({ url: redisServer.url }, systemClock);
  await holdCalls();
  api = await apiInProcess({
    DATABASE_URL: database.url,
    REDIS_URL: redisServer.url,
    RINGOVER_WEBHOOK_TOKEN: TOKEN,
    RINGOVER_SMART_ROUTING_KEY: KEY,
    RINGOVER_SAFE_ROUTE: `+${SAFE}`,
  });
});
afterAll(async () => {
  redisServer.thaw();
  await api.close();
  await redis.close();
  await redisServer.close();
  await postgres.close();
  await database.drop();
});

/** Calls that are live and hold a line each, for as long as the test takes. */
async function holdCalls(): Promise<void> {
  const nodeId = newNodeId();
  const [live, lines] = [new LiveCalls(redis, nodeId), new Lines(redis, (SECONDS + 300) * 1_000)];
  for (let n = 0; n < LIVE_CALLS; n += 1) {
    const id = newCallId();
    await live.begin({
      ...{ id, direction: 'inbound', carrier: 'ringover', carrierCallId: String(n), contactId: null, ringingAt: null },
      ...{ from: '+33600000001', to: `+${OURS}`, agentId: postgres.agentId, agentVersion: 1, routedBy: 'a spec' },
      ...{ startedAt: systemClock.date().toISOString(), answeredAt: null },
    });
    await lines.acquire({ agentId: postgres.agentId, callId: id, nodeId }, { agent: LIVE_CALLS });
  }
}

async function ask(n: number): Promise<{ number: number | undefined; tookMs: number }> {
  const data = `{"call_id":${10n ** 18n + BigInt(n)},"direction":"inbound","from_number":33612345678,"to_number":${OURS}}`;
  const body = `{"event":"routing","resource":"call","timestamp":${1_789_034_550 + n},"data":${data}}`;
  const encode = (text: string) => Buffer.from(text).toString('base64url');
  const signed = `${encode('{"alg":"HS512","typ":"JWT"}')}.${encode(`{"payload":${body}}`)}`;
  const signature = `${signed}.${createHmac('sha512', KEY).update(signed).digest('base64url')}`;
  const url = `${api.url}/api/v1/webhooks/ringover/smart-routing/${TOKEN}`;
  const begunMs = systemClock.nowMs();
  const answer = await fetch(url, { method: 'POST', body, headers: { 'x-ringover-webhook-signature': signature } });
  const { agents } = (await answer.json()) as { agents: { number: number }[] };
  return { number: agents[0]?.number, tookMs: systemClock.nowMs() - begunMs };
}

/** At their times, whether or not the one before was answered. */
async function askSteadily(from: number, count: number) {
  const beganMs = systemClock.nowMs();
  const asked: ReturnType<typeof ask>[] = [];
  for (let n = 0; n < count; n += 1) {
    await systemClock.sleep(beganMs + (n * 1_000) / A_SECOND - systemClock.nowMs());
    asked.push(ask(from + n));
  }
  return Promise.all(asked);
}

const p99Of = (answers: readonly { tookMs: number }[]): number => {
  const sorted = answers.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN;
};

describe('smart routing with a hundred live calls', () => {
  it(
    `answers ${A_SECOND} a second within ${BUDGET_MS} ms at p99, from live state`,
    async () => {
      await ask(0); // connections are made once
      const answers = await askSteadily(1, A_SECOND * SECONDS);
      const p99Ms = p99Of(answers);
      console.log(`smart routing: ${answers.length} answers, p99 ${p99Ms.toFixed(1)} ms`);
      expect(new Set(answers.map(({ number }) => number))).toEqual(new Set([OURS]));
      expect(p99Ms).toBeLessThanOrEqual(BUDGET_MS);
    },
    (SECONDS + 60) * 1_000,
  );

  it('sends calls to the safe number when all lines are in use', async () => {
    const lease = { agentId: postgres.agentId, callId: newCallId(), nodeId: newNodeId() };
    await new Lines(redis, 60_000).acquire(lease, { agent: LIVE_CALLS + 1 });
    expect(await ask(1_000_000)).toMatchObject({ number: SAFE });
  });

  it('sends calls to the safe number in time while Redis is stopped in its tracks, and decides again after', async () => {
    redisServer.freeze();
    const answers = await askSteadily(2_000_000, 2 * A_SECOND);
    redisServer.thaw();
    const p99Ms = p99Of(answers);
    console.log(`smart routing without Redis: ${answers.length} answers, p99 ${p99Ms.toFixed(1)} ms`);
    expect(new Set(answers.map(({ number }) => number))).toEqual(new Set([SAFE]));
    expect(p99Ms).toBeLessThanOrEqual(BUDGET_MS);
    await postgres.prisma.agent.update({ where: { id: postgres.agentId }, data: { lines: 2 * LIVE_CALLS } });
    let n = 3_000_000;
    while ((await ask(n)).number !== OURS) n += 1; // bounded by Jest
  });
});
