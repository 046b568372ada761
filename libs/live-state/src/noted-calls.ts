import type { LiveRedis } from './redis.js';

/** What a note is about, or a call is known by: a carrier's call, or two numbers, E.164. */
export interface NotedBy {
  carrierCallId: string | null;
  from?: string | null | undefined;
  to?: string | null | undefined;
}

/** Longer than any call is live. */
const KNOWN_MS = 24 * 3_600_000;

/** Of which calls their carriers noted anything lately: who tells a live call need not ask Postgres for nothing. */
export class NotedCalls {
  constructor(private readonly redis: LiveRedis) {}

  /** Before the note is kept. @throws StoreError */
  async mark(carrier: string, by: NotedBy): Promise<void> {
    for (const key of this.#keysOf(carrier, by)) await this.redis.ask((redis) => redis.set(key, '', 'PX', KNOWN_MS));
  }

  /** True also of what was noted between the same numbers before this call. @throws StoreError */
  async isNoted(carrier: string, by: NotedBy): Promise<boolean> {
    const names = this.#keysOf(carrier, by);
    return names.length > 0 && (await this.redis.ask((redis) => redis.exists(names))) > 0;
  }

  #keysOf(carrier: string, { carrierCallId, from, to }: NotedBy): string[] {
    const { keys } = this.redis;
    return [
      ...(carrierCallId === null ? [] : [keys.noted(carrier, carrierCallId)]),
      ...(from && to ? [keys.notedBetween(carrier, [from, to].sort())] : []),
    ];
  }
}
