import { createHash } from 'node:crypto';
import type { Redis } from 'ioredis';

/** Runs a Lua script: all of it or nothing, and nobody in between. */
export type Script = (redis: Redis, keys: readonly string[], args: readonly (string | number)[]) => Promise<unknown>;

/** The text is sent once to each server, and named by its hash from then on. */
export function script(lua: string): Script {
  const sha1 = createHash('sha1').update(lua).digest('hex');
  return async (redis, keys, args) => {
    try {
      return await redis.evalsha(sha1, keys.length, ...keys, ...args);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
      return redis.eval(lua, keys.length, ...keys, ...args);
    }
  };
}
