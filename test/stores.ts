import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import pg from 'pg';

/** An empty database with the newest schema, of the caller's own; `drop` ends whoever is still connected to it. */
export async function freshDatabase(): Promise<{ url: string; drop(): Promise<void> }> {
  const template = given('TEST_DATABASE_URL');
  const name = `suite_${randomUUID().replaceAll('-', '')}`;
  const url = Object.assign(new URL(template), { pathname: `/${name}` }).href;
  await administer(template, `CREATE DATABASE "${name}" TEMPLATE "${new URL(template).pathname.slice(1)}"`);
  return { url, drop: () => administer(template, `DROP DATABASE IF EXISTS "${name}" WITH (FORCE)`) };
}

/** An empty Redis database of the caller's own. Published messages are not kept apart: Redis sends them to all databases. */
export async function freshRedis(): Promise<{ url: string; flush(): Promise<void> }> {
  const server = given('TEST_REDIS_URL');
  const number = await withRedis(server, (redis) => redis.incr('databases-given'));
  const url = Object.assign(new URL(server), { pathname: `/${number}` }).href;
  return { url, flush: () => withRedis(url, async (redis) => void (await redis.flushdb())) };
}

function given(name: 'TEST_DATABASE_URL' | 'TEST_REDIS_URL'): string {
  const url = process.env[name];
  if (!url) throw new Error(`${name} is not set: stores are there for *.store-spec.ts and *.e2e-spec.ts only`);
  return url;
}

async function administer(template: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: Object.assign(new URL(template), { pathname: '/postgres' }).href });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function withRedis<Answer>(url: string, ask: (redis: Redis) => Promise<Answer>): Promise<Answer> {
  const redis = new Redis(url);
  try {
    return await ask(redis);
  } finally {
    redis.disconnect();
  }
}
