import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { freshDatabase } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { ApiKeyStore } from './api-key.store.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/index.js';

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

const open = () => {
  const clock = new FakeClock();
  return { clock, keys: new ApiKeyStore(postgres.prisma, clock) };
};

describe('a key to the API', () => {
  it('is told once, and then known by what it is', async () => {
    const { keys } = open();
    const key = await keys.create('dashboard', ['calls:read']);

    expect(key).toMatch(/^cn_[\w-]{43}$/);
    expect(await keys.verify(key)).toMatchObject({ name: 'dashboard', scopes: ['calls:read'] });
  });

  it('is not kept anywhere', async () => {
    const { keys } = open();
    const key = await keys.create('secretive', []);

    const row = await postgres.prisma.apiKey.findFirstOrThrow({ where: { name: 'secretive' } });
    expect(JSON.stringify(row)).not.toContain(key);
    expect(key.startsWith(row.prefix)).toBe(true);
    expect(row.prefix.length).toBeLessThan(12);
  });

  it.each(['', 'cn_', 'cn_' + 'A'.repeat(43), 'cn_\0' + 'A'.repeat(42), 'Bearer x', 'A'.repeat(10_000)])(
    'is not accepted when nobody gave it out: %j',
    async (key) => {
      expect(await open().keys.verify(key)).toBeUndefined();
    },
  );

  it('is not accepted once it is revoked', async () => {
    const { keys } = open();
    const key = await keys.create('leaked', []);
    await postgres.prisma.apiKey.updateMany({ where: { name: 'leaked' }, data: { revokedAt: new Date(0) } });

    expect(await keys.verify(key)).toBeUndefined();
  });

  it('notes its use, at most once a minute', async () => {
    const { keys, clock } = open();
    const key = await keys.create('busy', []);
    const lastUsedAt = async () =>
      (await postgres.prisma.apiKey.findFirstOrThrow({ where: { name: 'busy' } })).lastUsedAt?.getTime();
    await keys.verify(key);
    await until(async () => (await lastUsedAt()) === 0);

    await clock.advance(59_999);
    await keys.verify(key);
    await clock.advance(1);
    await keys.verify(key);
    await until(async () => (await lastUsedAt()) !== 0);
    expect(await lastUsedAt()).toBe(60_000);
  });
});
