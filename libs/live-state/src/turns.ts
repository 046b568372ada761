import type { LiveRedis } from './redis.js';

/** Sees to it that what every process would do at times is done by one of them. */
export class Turns {
  constructor(private readonly redis: LiveRedis) {}

  /** True for one who asks within `everyMs`; for the others it is done. @throws StoreError */
  async take(name: string, everyMs: number): Promise<boolean> {
    const key = this.redis.keys.turn(name);
    return (await this.redis.ask((redis) => redis.set(key, '1', 'PX', everyMs, 'NX'))) === 'OK';
  }
}
