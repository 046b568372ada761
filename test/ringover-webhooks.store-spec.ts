import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createLogger, readEnv } from '@app/boot';
import { systemClock } from '@app/kernel';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { workerEnv } from '../apps/worker/src/worker.env.js';
import { startWorker } from '../apps/worker/src/worker.js';
import { apiInProcess } from './api-in-process.js';
import { freshDatabase, freshRedis } from './stores.js';
import { makeDelivery, type MadeDelivery, repeat, SECTION_KEYS, seeded, type Where } from './webhook-bodies.js';

/** The long form: `npm run test:fuzz`. */
const COUNT = Number(process.env['FUZZ_WEBHOOKS'] ?? 500);
const SEED = Number(process.env['FUZZ_SEED'] ?? 20_261_121);
const AT_ONCE = 16;
const REPEATED = 0.05;
const PUBLIC_URL = 'https://centre.example.com';
const TOKEN = 'the-token-in-the-address';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let api: Awaited<ReturnType<typeof apiInProcess>>;
let worker: Awaited<ReturnType<typeof startWorker>>;

const pathOf = (section: string, token: string) => `/api/v1/webhooks/ringover/${section}/${token}`;
const where: Where = {
  token: TOKEN,
  urlOf: (section) => `${PUBLIC_URL}${pathOf(section, TOKEN)}`,
  nowS: Math.floor(systemClock.date().getTime() / 1_000),
};

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  const stores = { DATABASE_URL: database.url, REDIS_URL: (await freshRedis()).url };
  api = await apiInProcess({
    ...stores,
    PUBLIC_URL,
    RINGOVER_WEBHOOK_TOKEN: TOKEN,
    RINGOVER_CALL_EVENT_KEY: SECTION_KEYS['call-event'],
    RINGOVER_CALL_EVENT_MODES: 'jwt-v1,hmac-v3,legacy-hex',
    RINGOVER_V3_WINDOW_S: '1800',
    RINGOVER_CONTACT_CALL_KEY: SECTION_KEYS['contact-call'],
    RINGOVER_CONTACT_SEARCH_KEY: SECTION_KEYS['contact-search'],
    RINGOVER_SMART_ROUTING_KEY: SECTION_KEYS['smart-routing'],
    RINGOVER_UNSIGNED_CODES: 'false',
    RINGOVER_UNKNOWN_CONTACT: '204',
  });
  const log = createLogger({ name: 'worker', level: 'silent' });
  worker = await startWorker(readEnv(workerEnv, stores), { clock: systemClock, log });
});
afterAll(async () => {
  await api.close();
  for (const { close } of worker) await close();
  await postgres.close();
  await database.drop();
});

async function deliver({ section, token, headers, body }: MadeDelivery): Promise<number> {
  const answer = await fetch(`${api.url}${pathOf(section, token)}`, { method: 'POST', body, headers });
  await answer.arrayBuffer();
  return answer.status;
}

/** All of them, some at a time, in the order in which they were made. */
async function deliverAll(made: readonly MadeDelivery[]): Promise<number[]> {
  const statuses: number[] = [];
  let next = 0;
  const one = async () => {
    for (let n = next++; n < made.length; n = next++) statuses[n] = await deliver(made[n] as MadeDelivery);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, one));
  return statuses;
}

/** Until no more come: deliveries that were counted as taken, or an end to the patience. */
async function storedDeliveries(expected: number): Promise<number> {
  const count = async () =>
    (await postgres.prisma.rawWebhook.aggregate({ _sum: { deliveries: true } }))._sum.deliveries;
  const lastMs = systemClock.nowMs() + 10_000 + COUNT * 20;
  let stored = await count();
  while ((stored ?? 0) < expected && systemClock.nowMs() < lastMs) {
    await systemClock.sleep(50);
    stored = await count();
  }
  return stored ?? 0;
}

const callIdIn = (body: string): string => /call_id\\?"\s*:\s*\\?"?(\d+)/.exec(body)?.[1] ?? '';
const tell = ({ kind, how, section, body }: MadeDelivery, status?: number) =>
  `${kind} (${how}) ${section}: ${status}: ${body.slice(0, 200)}`;

it(
  `of ${COUNT} webhooks none breaks the api, no forged one is let in, and no other is lost`,
  async () => {
    const draw = seeded(SEED);
    const first = Array.from({ length: COUNT }, (_, n) => makeDelivery(draw, n, where));
    const again = first.filter(({ kind }) => kind === 'valid' && draw() < REPEATED).map((made) => repeat(made, where));
    const made = [...first, ...again];
    const statuses = await deliverAll(made);
    const forged = made.filter(({ kind }) => kind === 'forged');
    const sent = made.filter(({ kind }) => kind !== 'forged');

    const broken = made.filter((_, n) => (statuses[n] ?? 500) >= 500);
    expect(broken.map((one) => tell(one))).toEqual([]);
    const refused = made.flatMap((one, n) =>
      one.kind !== 'forged' && statuses[n]! >= 300 ? tell(one, statuses[n]) : [],
    );
    expect(refused).toEqual([]);
    const letIn = made.flatMap((one, n) => (one.kind === 'forged' && statuses[n]! < 300 ? tell(one, statuses[n]) : []));
    expect(letIn).toEqual([]);

    const stored = await storedDeliveries(sent.length);
    const rows = await postgres.prisma.rawWebhook.findMany({ select: { body: true, deliveries: true } });
    const ids = new Set(rows.map(({ body }) => callIdIn(body)));
    const notes = await postgres.prisma.carrierNote.count();
    console.log(
      `webhooks, seed ${SEED}: ${made.length} sent (${sent.length - again.length} valid or mutated, ${again.length} again, ` +
        `${forged.length} forged); answered ${JSON.stringify(Object.groupBy(statuses, String), (_key, value: unknown) => (Array.isArray(value) ? value.length : value))}; ` +
        `${rows.length} rows of ${stored} deliveries, ${notes} notes`,
    );
    expect(sent.filter(({ body }) => !ids.has(callIdIn(body))).map((one) => tell(one))).toEqual([]);
    expect(stored).toBe(sent.length);
    expect(rows).toHaveLength(sent.length - again.length);
    const untrue = forged.filter(({ body }) => ids.has(callIdIn(body)));
    expect(untrue.map((one) => tell(one))).toEqual([]);
  },
  60_000 + COUNT * 40,
);
