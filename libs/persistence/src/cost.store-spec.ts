import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallCost, CostLine } from '@app/conversation/ports';
import { newCallId } from '@app/kernel';
import { freshDatabase } from '../../../test/stores.js';
import { CallStore } from './call.store.js';
import { CostStore } from './cost.store.js';
import { begunCall, finishedCall } from './testing/example-calls.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/postgres-for-specs.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let calls: CallStore;
let costs: CostStore;
beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  [calls, costs] = [new CallStore(postgres.prisma), new CostStore(postgres.prisma)];
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

const PRICES: CallCost['prices'] = [
  { stage: 'model', provider: 'a/mind', date: '2026-11-21', knownFrom: 'vendor', source: 'a page' },
];
const line = (changes: Partial<CostLine> = {}): CostLine => ({
  ...{ turn: 1, agentId: postgres.agentId, stage: 'model', provider: 'a/mind', waste: null, uses: 1 },
  ...{ inputTokens: 900, cachedInputTokens: 600, writtenInputTokens: 0, outputTokens: 40, audioTokens: 0 },
  ...{ characters: 0, soundMs: 0, usd: 0.000123456, estimated: false, unmetered: 0 },
  ...changes,
});

async function finished(lines: readonly CostLine[], startedAt = new Date('2030-01-07T09:00:00.000Z')): Promise<string> {
  const call = begunCall(postgres.agentId, { startedAt });
  await calls.begin(call);
  await calls.finish(call.id, finishedCall({ cost: { lines, prices: PRICES } }));
  return call.id;
}

describe('what calls cost', () => {
  it('is kept line by line, with the prices that it was reckoned with', async () => {
    const lines = [line(), line({ turn: 2, waste: 'speculation', estimated: true }), line({ turn: 2, provider: 'b/free', usd: null, unmetered: 2 })]; // prettier-ignore
    const callId = await finished(lines);

    expect(await costs.of(callId)).toEqual({ lines, prices: PRICES });
    expect((await calls.get(callId))?.cost).toEqual({ usd: 0.000246912, wastedUsd: 0.000123456, unpriced: ['b/free'] });
  });

  it('is not nothing where nothing has a price', async () => {
    const callId = await finished([line({ usd: null })]);

    expect((await calls.get(callId))?.cost).toEqual({ usd: null, wastedUsd: 0, unpriced: ['a/mind'] });
  });

  it('is not known of a call that was not reckoned, or is not over, or is none', async () => {
    const call = begunCall(postgres.agentId);
    await calls.begin(call);
    expect([await costs.of(call.id), (await calls.get(call.id))?.cost]).toEqual([undefined, null]);
    await calls.finish(call.id, finishedCall());

    expect([await costs.of(call.id), await costs.of(newCallId())]).toEqual([undefined, undefined]);
    expect((await calls.get(call.id))?.cost).toBeNull();
  });

  it('is forgotten with the call', async () => {
    const callId = await finished([line()]);
    await calls.erase(callId);

    expect(await postgres.prisma.callCost.count({ where: { callId } })).toBe(0);
  });
});

describe('costs by day and agent', () => {
  let other: string;
  beforeAll(async () => {
    other = newCallId();
    await finished([line({ usd: 0.5 }), line({ usd: 0.25, waste: 'unheard' })], new Date('2031-03-01T23:59:59.000Z'));
    await finished([line({ usd: 1, turn: 3 }), line({ usd: 2, agentId: other, stage: 'voice', provider: 'a/voice', characters: 40 })], new Date('2031-03-02T00:00:00.000Z')); // prettier-ignore
    await finished([line({ usd: null, provider: 'b/free' })], new Date('2031-03-02T12:00:00.000Z'));
  });
  const MARCH = { from: '2031-03-01', to: '2031-03-02' };

  it('are added up, newest first, each agent for what it had', async () => {
    const days = await costs.days(MARCH);
    expect(days.map(({ providers: _providers, ...day }) => day)).toEqual(
      expect.arrayContaining([
        { day: '2031-03-02', agentId: postgres.agentId, calls: 2, usd: 1, wastedUsd: 0, unpriced: ['b/free'] },
        { day: '2031-03-02', agentId: other, calls: 1, usd: 2, wastedUsd: 0, unpriced: [] },
        { day: '2031-03-01', agentId: postgres.agentId, calls: 1, usd: 0.75, wastedUsd: 0.25, unpriced: [] },
      ]),
    );
    expect(days.map(({ day }) => day)).toEqual(['2031-03-02', '2031-03-02', '2031-03-01']);
  });

  it('tell each provider, and apart from it what it did for nothing', async () => {
    const [day] = await costs.days({ from: '2031-03-01', to: '2031-03-01' });
    expect(day?.providers).toMatchObject([
      { stage: 'model', provider: 'a/mind', waste: null, usd: 0.5, uses: 1, inputTokens: 900, unpriced: false },
      { stage: 'model', provider: 'a/mind', waste: 'unheard', usd: 0.25 },
    ]);
  });

  it('are of one agent, or of a day on which nobody called', async () => {
    expect((await costs.days({ ...MARCH, agentId: other })).map(({ agentId, usd }) => [agentId, usd])).toEqual([[other, 2]]); // prettier-ignore
    expect(await costs.days({ from: '2031-04-01', to: '2031-04-30' })).toEqual([]);
  });
});
