import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';
import { CALLS_LISTED } from '../../../test/long-forms.js';
import { freshDatabase } from '../../../test/stores.js';
import type { CallQuery } from './call.js';
import { CallStore } from './call.store.js';
import { OrderQueue } from './order-queue.store.js';
import { PrismaClient } from './prisma-client.js';
import { BUSY_NUMBER, makeCalls, NEWEST_AT, RARE_NUMBER } from './testing/many-calls.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/index.js';

const COUNT = CALLS_LISTED;
/** It prints how long each list takes. */
const IS_LONG = COUNT > 100_000;
const ASKED = IS_LONG ? 300 : 3;
/** Of the short form, on any machine: no list hangs. */
const MOST_P99_MS = IS_LONG ? 30 : 3_000;
const LIMIT = 25;
/** What a list of 25 may sort, or look at beside its index, at most. */
const FEW_ROWS = 2_000;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let watched: PrismaClient;
let client: pg.Client;
let calls: CallStore;
const asked: { query: string; params: unknown[] }[] = [];

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  await makeCalls(postgres.prisma, COUNT, postgres.agentId);
  const logged = new PrismaClient({
    adapter: new PrismaPg({ connectionString: database.url, max: 2 }),
    log: [{ emit: 'event', level: 'query' }],
  });
  logged.$on('query', ({ query, params }) => asked.push({ query, params: JSON.parse(params) as unknown[] }));
  watched = logged;
  calls = new CallStore(watched);
  client = new pg.Client({ connectionString: database.url });
  await client.connect();
}, 600_000);
afterAll(async () => {
  await client.end();
  await watched.$disconnect();
  await postgres.close();
  await database.drop();
});

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows'?: number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** What Postgres does for each question about calls that was asked since the last time. */
async function plansAsked(): Promise<Plan[][]> {
  const about = asked.splice(0).filter(({ query }) => query.includes('FROM "public"."calls"'));
  expect(about.length).toBeGreaterThan(0);
  const plans: Plan[][] = [];
  for (const { query, params } of about) {
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${query}`,
      params,
    );
    plans.push(nodesOf(rows[0]?.['QUERY PLAN'][0]?.Plan as Plan));
  }
  return plans;
}

const MIDDLE = new Date(Date.parse(NEWEST_AT) - (COUNT / 2) * 30_000);
const lists: [string, Omit<CallQuery, 'limit'>, number][] = [
  ['all', {}, LIMIT],
  ['the missed ones', { state: 'missed' }, LIMIT],
  ['those that are closing, which is none', { state: 'closing' }, 0],
  ['those that we dialled, long ago', { direction: 'outbound' }, 20],
  ['one by the carrier’s id', { carrierCallId: '1800000000000000007' }, 1],
  ['those of a number of ours', { number: BUSY_NUMBER }, LIMIT],
  ['the one of a number that rang once', { number: RARE_NUMBER }, 1],
  ['those since a day', { since: MIDDLE }, LIMIT],
  ['those until a day', { until: MIDDLE }, LIMIT],
  ['the busy ones, long ago', { endReason: 'busy' }, LIMIT],
  ['those that were resolved', { outcome: 'resolved' }, LIMIT],
  ['those that were not, long ago', { outcome: 'unresolved' }, LIMIT],
];

describe('a list of calls', () => {
  it.each(lists)('of %s reads an index, and neither all rows nor many', async (_name, query, found) => {
    expect((await calls.list({ ...query, limit: LIMIT })).calls).toHaveLength(found);
    for (const nodes of await plansAsked())
      for (const node of nodes) {
        expect(`${node['Node Type']} of ${node['Relation Name'] ?? ''}`).not.toBe('Seq Scan of calls');
        expect(node['Actual Rows'] ?? 0).toBeLessThan(FEW_ROWS);
        expect(node['Rows Removed by Filter'] ?? 0).toBeLessThan(FEW_ROWS);
      }
  });

  it('of one agent reads an index, also far from its beginning', async () => {
    const agentId = postgres.agentId;
    const deep = await client.query<{ id: string }>('SELECT id FROM calls ORDER BY started_at OFFSET 100 LIMIT 1');
    for (const cursor of [undefined, deep.rows[0]?.id]) {
      expect((await calls.list({ agentId, cursor, limit: LIMIT })).calls).toHaveLength(LIMIT);
      for (const nodes of await plansAsked())
        for (const node of nodes) expect(node['Rows Removed by Filter'] ?? 0).toBeLessThan(FEW_ROWS);
    }
  });

  it('is one question, and so is the order of a call', async () => {
    asked.length = 0;
    await calls.list({ limit: LIMIT });
    expect(asked.splice(0)).toHaveLength(1);
    await new OrderQueue(watched).triesOf(randomUUID());
    expect(asked.splice(0)).toHaveLength(1);
  });

  it('comes in the same order by pages as at once, also where a number is on either side', async () => {
    const aDayAgo = new Date(Date.parse(NEWEST_AT) - 86_400_000); // few: Postgres learns of many only when it is told
    const where = { to: '+441632960002', startedAt: { gt: aDayAgo } };
    await watched.call.updateMany({ where, data: { from: BUSY_NUMBER } });
    const whole = (await calls.list({ number: BUSY_NUMBER, limit: 60 })).calls.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | null | undefined; paged.length < 60 && cursor !== null;) {
      const page = await calls.list({ number: BUSY_NUMBER, limit: 20, cursor });
      paged.push(...page.calls.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(paged).toEqual(whole);
    expect(new Set(paged).size).toBe(60);
  });

  it('is answered in time', async () => {
    const told: string[] = [];
    const p99s: number[] = [];
    const store = new CallStore(postgres.prisma);
    for (const [name, query] of lists) {
      const tookMs: number[] = [];
      for (let n = 0; n < ASKED; n += 1) {
        const fromMs = systemClock.nowMs();
        await store.list({ ...query, limit: LIMIT });
        tookMs.push(systemClock.nowMs() - fromMs);
      }
      const sorted = tookMs.sort((a, b) => a - b);
      const of = (share: number) => sorted[Math.ceil(sorted.length * share) - 1] ?? 0;
      told.push(`${name}: p50 ${of(0.5).toFixed(1)} p99 ${of(0.99).toFixed(1)} ms`);
      p99s.push(of(0.99));
    }
    if (IS_LONG) process.stdout.write(`${COUNT} calls\n${told.join('\n')}\n`);
    expect(Math.max(...p99s)).toBeLessThan(MOST_P99_MS);
  }, 120_000);
});
