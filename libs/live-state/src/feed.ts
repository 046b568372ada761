import type { CallEvent } from '@app/conversation/ports';
import type { LiveRedis } from './redis.js';

export interface FeedItem {
  callId: string;
  /** Counts from 1 in each call: a gap says that something was missed. */
  seq: number;
  /** On the call's clock. */
  atMs: number;
  event: CallEvent;
}

/** What happens in calls, told while it happens. Nothing is kept: the log is. */
export class Feed {
  constructor(private readonly redis: LiveRedis) {}

  /** Returns at once and never throws; lost when Redis is gone. One publisher a call. */
  publish(_callId: string, _atMs: number, _event: CallEvent): void {
    throw new Error(String(this.redis));
  }

  /** From now on, of one call or of all. @returns ends it @throws StoreError */
  async subscribe(_callId: string | 'all', _tell: (item: FeedItem) => void): Promise<() => Promise<void>> {
    throw new Error('not yet');
  }

  async close(): Promise<void> {
    throw new Error('not yet');
  }
}
