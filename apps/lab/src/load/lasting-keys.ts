import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** What is an id, and not a name: digits or UUIDs, and whatever holds one. */
const ID = /(^|:)[^:]*(?:\d{2,}|[0-9a-f]{8}-[0-9a-f]{4})[^:]*/g;

export const shapeOf = (key: string): string => key.replace(ID, '$1*');

/** A queue keeps some thousands of finished jobs, each under a key of its own: what they leave is not counted. */
const JOB = /^[^:]+:jobs:[^:]+:\*$/;
const SCANNED_AT_ONCE = 1_000;

/**
 * Keys that never expire, by shape, in the Redis that a centre started for itself. Those that expire come to a number
 * that their lifetime decides, not the calls.
 *
 * @param home the centre's private folder
 */
export async function lastingKeys(home: string): Promise<Record<string, number>> {
  const redis = new Redis({ host: '127.0.0.1', ...(await addressOf(home)) });
  try {
    const counts: Record<string, number> = {};
    for await (const keys of redis.scanStream({ count: SCANNED_AT_ONCE }) as AsyncIterable<string[]>)
      for (const key of keys) {
        const shape = shapeOf(key);
        if (!JOB.test(shape) && (await redis.pttl(key)) === NEVER) counts[shape] = (counts[shape] ?? 0) + 1;
      }
    return counts;
  } finally {
    redis.disconnect();
  }
}

const NEVER = -1;

async function addressOf(home: string): Promise<{ port: number; password?: string }> {
  const written = await readFile(join(home, 'redis/redis.conf'), 'utf8');
  const port = Number(/^port (\d+)$/m.exec(written)?.[1]);
  const password = /^requirepass (\S+)$/m.exec(written)?.[1];
  return password === undefined ? { port } : { port, password };
}
