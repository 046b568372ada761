import { StoreError } from '@app/conversation/ports';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

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

const SEEN_MS = 24 * 3_600_000;
/** Some gigabytes at worst: beyond it the oldest are lost, rather than the calls that need the memory. */
const MAX_ENTRIES = 100_000;
const PAGE = 100;

/** KEYS: seen, inbox. ARGV: the entry, its id, how long it is remembered, how many are kept. */
const take = script(`
  local isNew = redis.call('SET', KEYS[1], ARGV[2], 'NX', 'PX', ARGV[3])
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[4], '*', 'entry', ARGV[1])
  return isNew and 1 or 0
`);

/** Where webhooks lie, in order of arrival, until they stand in Postgres. */
export class WebhookInbox {
  constructor(private readonly redis: LiveRedis) {}

  /** Appends it, and tells whether this dedupe key was seen in the last 24 h: only `new` may have effects. @throws StoreError */
  async take(entry: InboxEntry): Promise<'new' | 'duplicate'> {
    const names = [this.redis.keys.webhookSeen(entry.dedupeKey), this.redis.keys.inbox()];
    const args = [JSON.stringify(entry), entry.id, SEEN_MS, MAX_ENTRIES];
    return (await this.redis.ask((redis) => take(redis, names, args))) === 1 ? 'new' : 'duplicate';
  }

  /**
   * Hands over what lies there, oldest first, and removes each that `store` kept. One that `store` refuses stays, and
   * does not hold up those behind it; a store that is unavailable ends the round.
   *
   * @returns how many were stored @throws StoreError; and, at the end, the first error that `store` threw
   */
  async empty(store: (entry: InboxEntry) => Promise<void>): Promise<number> {
    const refused: unknown[] = [];
    let stored = 0;
    for await (const [streamId, entry] of this.#entries()) {
      try {
        await store(entry);
      } catch (error) {
        if (error instanceof StoreError && error.retryable) throw error;
        refused.push(error);
        continue;
      }
      await this.redis.ask((redis) => redis.xdel(this.redis.keys.inbox(), streamId));
      stored += 1;
    }
    if (refused.length > 0) throw refused[0];
    return stored;
  }

  async *#entries(): AsyncGenerator<[streamId: string, entry: InboxEntry]> {
    for (let from = '-'; ;) {
      const page = await this.redis.ask((redis) => redis.xrange(this.redis.keys.inbox(), from, '+', 'COUNT', PAGE));
      for (const [streamId, [, json = '']] of page) yield [streamId, JSON.parse(json) as InboxEntry];
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      from = `(${last[0]}`;
    }
  }
}
