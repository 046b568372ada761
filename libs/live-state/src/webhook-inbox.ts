import type { LiveRedis } from './redis.js';

/** A webhook as it came. `receivedAt` is ISO 8601. */
export interface InboxEntry {
  /** UUID of this delivery. */
  id: string;
  carrier: string;
  section: string;
  /** Hash of what makes a delivery the same one, without the attempt. */
  dedupeKey: string;
  resource: string | null;
  event: string | null;
  /** The verification that it passed: `jwt-v1`, `token`. */
  verifiedBy: string;
  /** The exact text. */
  body: string;
  receivedAt: string;
}

/** Where webhooks lie, in order of arrival, until they stand in Postgres. */
export class WebhookInbox {
  constructor(private readonly redis: LiveRedis) {}

  /** Appends it, and tells whether this dedupe key was seen in the last 24 h: only `new` may have effects. @throws StoreError */
  async take(_entry: InboxEntry): Promise<'new' | 'duplicate'> {
    throw new Error(String(this.redis));
  }

  /** Hands over what lies there, oldest first, and removes each that `store` kept. @throws StoreError, and what `store` throws */
  async empty(_store: (entry: InboxEntry) => Promise<void>): Promise<number> {
    throw new Error('not yet');
  }
}
