import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { calendarConformance, functionLedgerConformance } from '@app/functions/testing';
import { FakeClock } from '@app/kernel/testing';
import { freshDatabase } from '../../../test/stores.js';
import { CallStore } from './call.store.js';
import { PrismaCalendar } from './prisma-calendar.js';
import { PrismaFunctionLedger } from './prisma-function-ledger.js';
import { begunCall, type PostgresForSpecs, postgresForSpecs } from './testing/index.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

async function newCall(): Promise<string> {
  const call = begunCall(postgres.agentId);
  await new CallStore(postgres.prisma).begin(call);
  return call.id;
}

const ledger = () => new PrismaFunctionLedger(postgres.prisma, new FakeClock());

functionLedgerConformance(() => ({ ledger: ledger(), newCall }));

calendarConformance(async () => {
  await postgres.prisma.appointment.deleteMany();
  return new PrismaCalendar(postgres.prisma);
});

describe('the ledger in Postgres', () => {
  it('refuses a call whose row is not there, so that nothing is done that nobody could find', async () => {
    const run = { callId: randomUUID(), key: 'a', name: 'book-appointment', argumentsJson: '{}' };

    await expect(ledger().begin(run)).rejects.toMatchObject({ code: 'store.not-found' });
  });

  it.each(['not json', '{"name":"half \\ud83d","nul":"\\u0000"}'])(
    'takes arguments as a model may write them: %s',
    async (argumentsJson) => {
      const run = { callId: await newCall(), key: 'a', name: 'book-appointment', argumentsJson };

      expect(await ledger().begin(run)).toEqual({ state: 'new' });
    },
  );
});
