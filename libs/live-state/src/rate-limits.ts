import type { LiveRedis } from './redis.js';
import { script } from './script.js';

/** So much in a window of time. A window begins with the first that is taken in it. */
export interface RateLimit {
  limit: number;
  windowMs: number;
}

export interface RateVerdict {
  allowed: boolean;
  /** How often more in this window. */
  remaining: number;
  /** Until a new window may begin. */
  resetMs: number;
}

const TAKE = script(`
local used = redis.call('INCR', KEYS[1])
local left = redis.call('PTTL', KEYS[1])
if left < 0 then
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  left = tonumber(ARGV[1])
end
return { used, left }`);

/** How often something may be done, by all processes together. */
export class RateLimits {
  constructor(private readonly redis: LiveRedis) {}

  /** Counts once, also what is not allowed. @throws StoreError */
  async take(name: string, { limit, windowMs }: RateLimit): Promise<RateVerdict> {
    const key = this.redis.keys.rate(name);
    const [used, resetMs] = (await this.redis.ask((redis) => TAKE(redis, [key], [windowMs]))) as [number, number];
    return { allowed: used <= limit, remaining: Math.max(0, limit - used), resetMs };
  }

  /** As if nothing had been counted. @throws StoreError */
  async forget(name: string): Promise<void> {
    await this.redis.ask((redis) => redis.del(this.redis.keys.rate(name)));
  }
}
