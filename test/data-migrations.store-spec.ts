import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CallStore } from '@app/persistence';
import { makeCalls, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import type { DataMigration } from '../tools/data/data-migration.js';
import { reportOutcomeOfCalls } from '../tools/data/migrations/report-outcome-of-calls.js';
import { listData, runData, tryOut } from '../tools/data/run-data.js';
import { freshDatabase } from './stores.js';

const CALLS = 1_000;
/** Two of three have a report with an outcome. */
const REPORTED = 666;

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let said: string[];

/** Calls as they were before the outcome stood in them. */
beforeEach(async () => {
  said = [];
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  await makeCalls(postgres.prisma, CALLS, postgres.agentId);
  await postgres.prisma.$executeRaw`
    INSERT INTO call_reports (call_id, state, made_by, outcome, made_at)
    SELECT id, 'ready', 'rule', CASE WHEN right(carrier_call_id, 3)::int % 3 = 0 THEN NULL ELSE 'resolved' END, now() FROM calls`;
  await postgres.prisma.$executeRaw`UPDATE calls SET report_outcome = NULL`;
});
afterEach(async () => {
  await postgres.close();
  await database.drop();
});

const order = (migration: DataMigration = reportOutcomeOfCalls, signal = new AbortController().signal) => ({
  ...{ databaseUrl: database.url, migration, signal, rowsAtOnce: 100 },
  say: (line: string) => void said.push(line),
});
const told = () => postgres.prisma.call.count({ where: { reportOutcome: 'resolved' } });
const noted = () => postgres.prisma.dataMigration.findUnique({ where: { name: reportOutcomeOfCalls.name } });

/** The same, with something that happens before a batch. */
function interrupted(before: (batch: number) => void): DataMigration {
  let batches = 0;
  return {
    ...reportOutcomeOfCalls,
    batch: (...asked) => {
      before((batches += 1));
      return reportOutcomeOfCalls.batch(...asked);
    },
  };
}

describe('a data migration', () => {
  it('that is tried out says what it would change, shows nothing personal, and changes nothing', async () => {
    expect(await tryOut(order())).toBe(REPORTED);
    expect(said[0]).toBe(`report-outcome-of-calls: ${REPORTED} rows would be changed`);
    expect(said).toHaveLength(4);
    expect(said[1]).toContain('"outcome":"resolved"');
    expect(said.join()).not.toMatch(/\+33\d/);
    expect([await told(), await noted()]).toEqual([0, null]);
  });

  it('changes all that there is, once', async () => {
    expect(await runData(order())).toBe('done');
    expect(await told()).toBe(REPORTED);
    expect(await noted()).toMatchObject({ changed: REPORTED, position: null, finishedAt: expect.any(Date) });
    await expect(runData(order())).rejects.toThrow(/was done at .*: 666 rows/);
    expect(await listData(database.url, [reportOutcomeOfCalls])).toEqual([expect.stringContaining('done at')]);
  });

  it('that is stopped goes on where it was', async () => {
    const stop = new AbortController();
    const stopping = interrupted((batch) => batch === 3 && stop.abort());
    expect(await runData(order(stopping, stop.signal))).toBe('stopped');
    const { changed } = (await noted()) as { changed: number };
    expect(await told()).toBe(changed);
    expect(changed).toBeLessThan(REPORTED);

    let batches = 0;
    expect(await runData(order(interrupted((batch) => void (batches = batch))))).toBe('done');
    expect(batches).toBe(8); // seven of a hundred, and one that finds nothing
    expect([await told(), (await noted())?.changed]).toEqual([REPORTED, REPORTED]);
  });

  it('that dies in a batch has changed nothing in it, and goes on there', async () => {
    const dying = interrupted((batch) => {
      if (batch === 4) throw new Error('the machine went away');
    });
    await expect(runData(order(dying))).rejects.toThrow('the machine went away');
    expect(await told()).toBe((await noted())?.changed);

    expect(await runData(order())).toBe('done');
    expect([await told(), (await noted())?.changed]).toEqual([REPORTED, REPORTED]);
  });

  it('is not run by two at once', async () => {
    let second: Promise<unknown> | undefined;
    const meanwhile = () => void (second = runData(order()).catch((error: unknown) => error));
    await runData(order(interrupted((batch) => batch === 2 && meanwhile())));
    expect(await second).toMatchObject({ message: 'report-outcome-of-calls is being run by somebody else' });
  });

  it('leaves alone what was told meanwhile', async () => {
    const call = await postgres.prisma.callReport.findFirstOrThrow({ where: { outcome: 'resolved' } });
    await postgres.prisma.call.update({ where: { id: call.callId }, data: { reportOutcome: 'unresolved' } });
    await runData(order());
    expect(await told()).toBe(REPORTED - 1);
  });

  it('makes old calls be found by what came of them', async () => {
    const list = () => new CallStore(postgres.prisma).list({ outcome: 'resolved', limit: 100 });
    expect((await list()).calls).toHaveLength(0);
    await runData(order());
    expect((await list()).calls).toHaveLength(100);
  });
});
