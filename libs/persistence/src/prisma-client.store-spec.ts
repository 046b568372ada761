import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshDatabase } from '../../../test/stores.js';
import { closePostgres, openPostgres, type PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let gate: Gate;
let prisma: PrismaClient;

beforeAll(async () => {
  database = await freshDatabase();
  gate = await gateTo(database.url);
  prisma = await openPostgres({ url: gate.url, connectTimeoutMs: 500, queryTimeoutMs: 500 });
});
afterAll(async () => {
  await closePostgres(prisma);
  await gate.shut();
  await database.drop();
});

const unavailable = { name: 'StoreError', code: 'store.unavailable', store: 'postgres', retryable: true };
const count = () => stored(prisma.agent.count());

describe('a Postgres that is gone', () => {
  it('is told when it is gone before the first query', async () => {
    await expect(openPostgres({ url: 'postgresql://nobody:secret@127.0.0.1:1/none' })).rejects.toMatchObject(
      unavailable,
    );
  });

  it('is told by those whose password or database is wrong, without naming either', async () => {
    const wrong = Object.assign(new URL(database.url), { password: 'wrong-password' });
    const opened = openPostgres({ url: wrong.href });

    await expect(opened).rejects.toMatchObject(unavailable);
    await expect(opened).rejects.not.toThrow(/wrong-password|carillon/);
    const missing = Object.assign(new URL(database.url), { pathname: '/not-there' });
    await expect(openPostgres({ url: missing.href })).rejects.toMatchObject(unavailable);
  });

  it('is told by each query, and is there again when it is back', async () => {
    expect(await count()).toBe(0);

    await gate.shut();
    await expect(count()).rejects.toMatchObject(unavailable);
    await expect(count()).rejects.toMatchObject(unavailable);

    await gate.reopen();
    expect(await count()).toBe(0);
  });

  it('is told by a query that is under way', async () => {
    const waiting = stored(prisma.$queryRaw`SELECT 1 AS one FROM (SELECT pg_sleep(5)) AS slept`);
    await count();
    await gate.shut();

    await expect(waiting).rejects.toMatchObject(unavailable);
    await gate.reopen();
  });

  it('is told by a transaction that loses it', async () => {
    const fresh = await openPostgres({ url: gate.url });
    const work = fresh.$transaction(async (tx) => {
      await tx.agent.count();
      await gate.shut();
      return tx.agent.count();
    });

    await expect(stored(work)).rejects.toMatchObject(unavailable);
    await gate.reopen();
    await closePostgres(fresh);
  });

  it('is told when a statement takes too long, and does not go on with it', async () => {
    const slow = stored(prisma.$queryRaw`SELECT 1 AS one FROM (SELECT pg_sleep(60)) AS slept`);

    await expect(slow).rejects.toMatchObject(unavailable);
    const going = await prisma.$queryRaw<unknown[]>`
      SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid() AND state = 'active'`;
    expect(going).toEqual([]);
  });

  it('is told when it does not answer at all', async () => {
    const impatient = await openPostgres({ url: gate.url, queryTimeoutMs: 300 });
    gate.stall();
    await expect(stored(impatient.agent.count())).rejects.toMatchObject(unavailable);

    await gate.shut();
    await gate.reopen();
    await closePostgres(impatient);
  });

  it('is told when it is shut down under a query', async () => {
    const slow = stored(
      prisma.$queryRaw`SELECT 1 AS one FROM (SELECT pg_terminate_backend(pg_backend_pid())) AS ended`,
    );

    await expect(slow).rejects.toMatchObject(unavailable);
    expect(await count()).toBe(0);
  });
});

describe('what is wrong with a query', () => {
  it('is a bug, and comes through as it is', async () => {
    const wrong = stored(prisma.$queryRaw`SELECT nothing FROM nowhere`);

    await expect(wrong).rejects.toMatchObject({ name: 'PrismaClientKnownRequestError' });
  });

  it('is a conflict when a row of that kind is there, and the row is not quoted', async () => {
    await prisma.contact.create({ data: { e164: '+33600000001' } });
    const again = stored(prisma.contact.create({ data: { e164: '+33600000001' } }));

    await expect(again).rejects.toMatchObject({ code: 'store.conflict', retryable: false });
    await expect(again).rejects.not.toHaveProperty('cause');
    await expect(again).rejects.not.toThrow(/33600000001/);
  });
});
