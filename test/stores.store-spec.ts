import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { freshDatabase, freshRedis } from './stores.js';

describe('stores of a suite', () => {
  let one: Awaited<ReturnType<typeof freshDatabase>>;
  let other: Awaited<ReturnType<typeof freshDatabase>>;

  beforeAll(async () => {
    [one, other] = await Promise.all([freshDatabase(), freshDatabase()]);
  });
  afterAll(() => Promise.all([one.drop(), other.drop()]));

  it('have the newest schema, and nobody else’s rows', async () => {
    await query(
      one.url,
      `INSERT INTO contacts (id, e164, updated_at) VALUES (gen_random_uuid(), '+33100000001', now())`,
    );

    expect(await query(one.url, 'SELECT e164 FROM contacts')).toEqual([{ e164: '+33100000001' }]);
    expect(await query(other.url, 'SELECT e164 FROM contacts')).toEqual([]);
  });

  it('have a Redis database of their own', async () => {
    const [mine, theirs] = await Promise.all([freshRedis(), freshRedis()]);
    const [redis, elsewhere] = [new Redis(mine.url), new Redis(theirs.url)];
    await redis.set('greeting', 'hello');

    expect(await elsewhere.get('greeting')).toBeNull();
    await mine.flush();
    expect(await redis.get('greeting')).toBeNull();
    redis.disconnect();
    elsewhere.disconnect();
  });
});

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(sql)).rows as unknown[];
  } finally {
    await client.end();
  }
}
