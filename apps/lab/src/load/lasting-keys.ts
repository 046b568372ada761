import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Redis } from 'ioredis';

/** What is an id, and not a name: digits or UUIDs, and whatever holds one. */
const ID = /(^|:)[^:]*(?:\d{2,}|[0-9a-f]{8}-[0-9a-f]{4})[^:]*/g;

export const shapeOf = (key: string): string => key.replace(ID, '$1*');

/** A job of a queue's own: the queue, and the job's id. */
const JOB = /^([^:]+:jobs:[^:]+):([^:]*(?:\d{2,}|[0-9a-f]{8}-[0-9a-f]{4})[^:]*)$/;
const SCANNED_AT_ONCE = 1_000;

/**
 * Keys that never expire, by shape, in the Redis that a centre started for itself. Those that expire come to a number
 * that their lifetime decides, not the calls. Of jobs, those count that are not done: a queue keeps what it has done for
 * a day, ten thousand at most.
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
        if ((await redis.pttl(key)) === NEVER && !(await isDone(redis, key))) counts[shape] = (counts[shape] ?? 0) + 1;
      }
    return counts;
  } finally {
    redis.disconnect();
  }
}

async function isDone(redis: Redis, key: string): Promise<boolean> {
  const named = jobIn(key);
  return named !== undefined && (await redis.zscore(`${named.queue}:completed`, named.job)) !== null;
}

/** Undefined for what a queue has besides its jobs. */
export function jobIn(key: string): { queue: string; job: string } | undefined {
  const [, queue, job] = JOB.exec(key) ?? [];
  return queue === undefined || job === undefined ? undefined : { queue, job };
}

const NEVER = -1;

async function addressOf(home: string): Promise<{ port: number; password?: string }> {
  const written = await readFile(join(home, 'redis/redis.conf'), 'utf8');
  const port = Number(/^port (\d+)$/m.exec(written)?.[1]);
  const password = /^requirepass (\S+)$/m.exec(written)?.[1];
  return password === undefined ? { port } : { port, password };
}
