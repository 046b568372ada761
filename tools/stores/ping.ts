import { Redis } from 'ioredis';
import pg from 'pg';

const TIMEOUT_MS = 5_000;
/** PostgreSQL's "database does not exist": the server answers, and the migration will make it. */
const NO_SUCH_DATABASE = '3D000';

/** Undefined when it answers, else why not, in few words and without the password. Never throws. */
export async function pingRedis(url: string): Promise<string | undefined> {
  let problem: string | undefined;
  const redis = new Redis(url, { lazyConnect: true, connectTimeout: TIMEOUT_MS, retryStrategy: () => null });
  redis.on('error', (error: Error) => (problem = reason(error)));
  try {
    await redis.connect();
    await redis.ping();
    return undefined;
  } catch (error) {
    return problem ?? reason(error as Error);
  } finally {
    if (redis.status !== 'end') redis.disconnect();
  }
}

/** The same for PostgreSQL. */
export async function pingPostgres(url: string): Promise<string | undefined> {
  try {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: TIMEOUT_MS });
    client.on('error', () => undefined); // said by the rejection below
    try {
      await client.connect();
      return undefined;
    } finally {
      await client.end();
    }
  } catch (error) {
    return (error as { code?: string }).code === NO_SUCH_DATABASE ? undefined : reason(error as Error);
  }
}

const reason = (error: Error & { code?: string }) => error.message || error.code || error.name;
