import type { CallEvent } from '@app/conversation/ports';
import type { Redis } from 'ioredis';
import { asked, type LiveRedis } from './redis.js';

export interface FeedItem {
  callId: string;
  /** Counts from 1 in each call: a gap says that something was missed. 0: told after the end of the call. */
  seq: number;
  /** On the call's clock. */
  atMs: number;
  event: CallEvent;
}

type Tell = (item: FeedItem) => void;

/** What happens in calls, told while it happens. Nothing is kept: the log is. */
export class Feed {
  readonly #seqs = new Map<string, number>();
  readonly #listeners = new Map<string, Set<Tell>>();
  #ear: Redis | undefined;
  #lost = 0;

  constructor(private readonly redis: LiveRedis) {}

  /** Items that could not be told because Redis was gone. */
  get lost(): number {
    return this.#lost;
  }

  /** Of a call whose `call.ended` was told, by any process. Its `seq` is 0: it belongs to no row. Else as `publish`. */
  publishAfterEnd(callId: string, atMs: number, event: CallEvent): void {
    this.#send({ callId, seq: 0, atMs, event });
  }

  /** Returns at once and never throws; lost when Redis is gone. One publisher a call, until its `call.ended`. */
  publish(callId: string, atMs: number, event: CallEvent): void {
    const seq = (this.#seqs.get(callId) ?? 0) + 1;
    if (event.type === 'call.ended') this.#seqs.delete(callId);
    else this.#seqs.set(callId, seq);
    this.#send({ callId, seq, atMs, event });
  }

  /** Another node tells of the call from now on. */
  leave(callId: string): void {
    this.#seqs.delete(callId);
  }

  /** Of a call that another node told of so far: what comes next is the one after so many. */
  goOn(callId: string, told: number): void {
    this.#seqs.set(callId, told);
  }

  /** From now on, of one call or of all; waits for a Redis that is gone. `tell` must not throw. @returns ends it */
  async subscribe(callId: string | 'all', tell: Tell): Promise<() => Promise<void>> {
    const listeners = this.#listeners.get(callId) ?? new Set();
    this.#listeners.set(callId, listeners.add(tell));
    const ear = this.#listen();
    const { keys } = this.redis;
    await asked(callId === 'all' ? ear.psubscribe(keys.feed('*')) : ear.subscribe(keys.feed(callId)));
    return async () => {
      if (!listeners.delete(tell) || listeners.size > 0) return;
      this.#listeners.delete(callId);
      await asked(callId === 'all' ? ear.punsubscribe(keys.feed('*')) : ear.unsubscribe(keys.feed(callId)));
    };
  }

  /** Ends all subscriptions. */
  close(): void {
    if (this.#ear) this.redis.drop(this.#ear);
    this.#ear = undefined;
    this.#listeners.clear();
  }

  #send(item: FeedItem): void {
    this.redis
      .ask((redis) => redis.publish(this.redis.keys.feed(item.callId), JSON.stringify(item)))
      .catch(() => (this.#lost += 1));
  }

  #listen(): Redis {
    if (this.#ear) return this.#ear;
    this.#ear = this.redis.forkSubscriber();
    this.#ear.on('message', (_channel: string, json: string) => {
      const item = readItem(json);
      if (item) this.#tell(item.callId, item);
    });
    this.#ear.on('pmessage', (_pattern: string, _channel: string, json: string) => {
      const item = readItem(json);
      if (item) this.#tell('all', item);
    });
    return this.#ear;
  }

  #tell(to: string, item: FeedItem): void {
    for (const tell of this.#listeners.get(to) ?? []) tell(item);
  }
}

/** Undefined for what is not ours: anybody who reaches Redis can publish. */
function readItem(json: string): FeedItem | undefined {
  try {
    return JSON.parse(json) as FeedItem;
  } catch {
    return undefined;
  }
}
