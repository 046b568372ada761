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

  read = (callId: string): Promise<string[]> => this.#read(callId, '-');

  /** An entry's id in the stream is its number; 1 is the first. The last one that is known is read again: so is a log there. */
  async readAfter(callId: string, count: number): Promise<string[] | undefined> {
    const entries = await this.#read(callId, `${count}-0`);
    return entries.length > 0 ? entries.slice(Math.min(count, 1)) : undefined;
  }

  async #read(callId: string, first: string): Promise<string[]> {
    const key = this.redis.keys.callLog(callId);
    const entries: string[] = [];
    for (let from = first; ;) {
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
