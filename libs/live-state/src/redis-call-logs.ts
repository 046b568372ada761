import type { Clock } from '@app/kernel';
import type { CallLogs, OpenCallLog } from './call-logs.js';
import type { LiveRedis } from './redis.js';

/** Logs as Redis streams, written in batches; entries wait in memory, bounded, while Redis is gone. */
export class RedisCallLogs implements CallLogs {
  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  open(_callId: string): OpenCallLog {
    throw new Error(String([this.redis, this.clock]));
  }

  async read(_callId: string): Promise<string[]> {
    throw new Error('not yet');
  }

  async drop(_callId: string): Promise<void> {
    throw new Error('not yet');
  }
}
