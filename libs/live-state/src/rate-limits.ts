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

/** What is left of a window, of which some is one asker's alone now. */
export interface RateLease {
  granted: number;
  /** How often more in this window, by all together, beside what was granted to anybody. */
  remaining: number;
  /** Until a new window may begin. */
  resetMs: number;
}

/** KEYS: counter. ARGV: window, how often. */
const TAKE = script(`
local used = redis.call('INCRBY', KEYS[1], ARGV[2])
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
  async take(name: string, limit: RateLimit): Promise<RateVerdict> {
    const { granted, ...rest } = await this.lease(name, limit, 1);
    return { allowed: granted === 1, ...rest };
  }

  /** Counts `wanted` times at once, for an asker who uses them up one by one; grants as many as there are. @throws StoreError */
  async lease(name: string, { limit, windowMs }: RateLimit, wanted: number): Promise<RateLease> {
    const key = this.redis.keys.rate(name);
    const answer = await this.redis.ask((redis) => TAKE(redis, [key], [windowMs, wanted]));
    const [used, resetMs] = answer as [number, number];
    const granted = Math.min(wanted, Math.max(0, limit - (used - wanted)));
    return { granted, remaining: Math.max(0, limit - used), resetMs };
  }

  /** As if nothing had been counted. @throws StoreError */
  async forget(name: string): Promise<void> {
    await this.redis.ask((redis) => redis.del(this.redis.keys.rate(name)));
  }
}
