import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId, systemClock } from '@app/kernel';
import { freshDatabase } from '../../../test/stores.js';
import { AgentStore } from './agent.store.js';
import { CallStore } from './call.store.js';
import { type CallReport, ReportStore } from './report.store.js';
import { begunCall } from './testing/example-calls.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/postgres-for-specs.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let reports: ReportStore;
beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  reports = new ReportStore(postgres.prisma);
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

const READY: CallReport = {
  state: 'ready',
  madeBy: 'lab/mind',
  language: 'en-GB',
  summary: 'The caller asked where the order is.',
  outcome: 'follow-up',
  sentiment: 'neutral',
  followUps: [{ what: 'Tell the caller.', by: 'centre' }],
  tokens: { input: 200, output: 40 },
  madeAt: new Date('2030-01-07T09:01:00.000Z'),
};
const FAILED: CallReport = { state: 'failed', madeBy: 'lab/mind', failure: 'answer-unfit', madeAt: READY.madeAt };

async function aCall(): Promise<string> {
  const call = begunCall(postgres.agentId);
  await new CallStore(postgres.prisma).begin(call);
  return call.id;
}

describe('reports', () => {
  it.each([
    ['one that is ready', READY],
    ['one that cost nothing', { ...READY, madeBy: 'rule', sentiment: null, tokens: null, followUps: [] }],
    ['one that failed', FAILED],
  ] as [string, CallReport][])('gives back %s', async (_what, report) => {
    const callId = await aCall();
    expect(await reports.save(callId, report)).toBe('stored');

    expect(await reports.get(callId)).toEqual(report);
  });

  it('keeps the first of a call', async () => {
    const callId = await aCall();
    const saved = await Promise.all([reports.save(callId, READY), reports.save(callId, READY)]);
    const later = await reports.save(callId, FAILED);

    expect([saved.sort(), later]).toEqual([['already', 'stored'], 'already']);
    expect(await reports.get(callId)).toEqual(READY);
  });

  it('keeps what Postgres would refuse', async () => {
    const callId = await aCall();
    await reports.save(callId, { ...READY, summary: 'a\0b', followUps: [{ what: '\ud83c', by: 'caller' }] });

    expect(await reports.get(callId)).toMatchObject({ summary: 'a\ufffdb', followUps: [{ what: '\ufffd' }] });
  });

  it('knows none of a call that has none, and takes none of a call that nobody knows', async () => {
    expect(await reports.get(newCallId())).toBeUndefined();
    await expect(reports.save(newCallId(), READY)).rejects.toMatchObject({ code: 'store.not-found' });
  });
});

describe('the settings that a call began with', () => {
  it('are those of its version, also when the agent has retired', async () => {
    const agents = new AgentStore(postgres.prisma);
    const before = await agents.settingsOf(postgres.agentId);
    await postgres.prisma.agent.update({ where: { id: postgres.agentId }, data: { retiredAt: systemClock.date() } });

    expect(await agents.settingsAt(postgres.agentId, 1)).toEqual(before);
    await expect(agents.settingsAt(postgres.agentId, 2)).rejects.toMatchObject({ code: 'store.not-found' });
  });
});
