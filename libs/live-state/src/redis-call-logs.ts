import type { Clock } from '@app/kernel';
import type { CallLogs, LogOwner, OpenCallLog } from './call-logs.js';
import { FIRST_EPOCH } from './live-call.js';
import { RedisCallLog } from './redis-call-log.js';
import type { LiveRedis } from './redis.js';

const PAGE = 1_000;

/** Logs as Redis streams. */
export class RedisCallLogs implements CallLogs {
  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  open(
    callId: string,
    owner: LogOwner = { epoch: FIRST_EPOCH, stored: 0 },
    onTaken: () => void = () => {},
  ): OpenCallLog {
    return new RedisCallLog(this.redis, this.clock, { callId, owner, onTaken });
  }

  async read(callId: string): Promise<string[]> {
    const key = this.redis.keys.callLog(callId);
    const entries: string[] = [];
    for (let from = '-'; ;) {
      const page = await this.redis.ask((redis) => redis.xrange(key, from, '+', 'COUNT', PAGE));
      for (const [, [, entryJson = '']] of page) entries.push(entryJson);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return entries;
      from = `(${last[0]}`;
    }
  }

  async drop(callId: string): Promise<void> {
    await this.redis.ask((redis) => redis.unlink(this.redis.keys.callLog(callId)));
  }
}
