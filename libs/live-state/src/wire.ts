import type { Redis } from 'ioredis';
import { asked, type LiveRedis } from './redis.js';

type Tell = (message: Buffer) => void;

/** A message whose first byte says what the rest of it is. */
export const messageOf = (kind: number, bytes: Uint8Array = new Uint8Array(0)): Buffer =>
  Buffer.concat([Buffer.of(kind), bytes]);

/** To be held against a schema; undefined for what is no JSON. */
export function jsonIn(message: Buffer): unknown {
  try {
    return JSON.parse(message.toString());
  } catch {
    return undefined;
  }
}

/** Short messages and sound from one process to another, as they come: nothing is kept, and what nobody hears is gone. */
export class Wire {
  readonly #listeners = new Map<string, Set<Tell>>();
  #ear: Redis | undefined;

  constructor(private readonly redis: LiveRedis) {}

  /** Returns at once and never throws; lost when Redis is gone. */
  send(name: string, message: Buffer | string): void {
    this.redis.ask((redis) => redis.publish(this.redis.keys.wire(name), message)).catch(() => undefined);
  }

  /** From now on. `tell` must not throw. @returns ends it @throws StoreError */
  async hear(name: string, tell: Tell): Promise<() => void> {
    const channel = this.redis.keys.wire(name);
    const listeners = this.#listeners.get(channel) ?? new Set();
    this.#listeners.set(channel, listeners.add(tell));
    const ear = this.#listen();
    await asked(ear.subscribe(channel));
    return () => {
      if (!listeners.delete(tell) || listeners.size > 0) return;
      this.#listeners.delete(channel);
      ear.unsubscribe(channel).catch(() => undefined); // Redis is gone, and the subscription with it
    };
  }

  close(): void {
    if (this.#ear) this.redis.drop(this.#ear);
    this.#ear = undefined;
    this.#listeners.clear();
  }

  #listen(): Redis {
    if (this.#ear) return this.#ear;
    this.#ear = this.redis.forkSubscriber();
    this.#ear.on('messageBuffer', (channel: Buffer, message: Buffer) => {
      for (const tell of this.#listeners.get(channel.toString()) ?? []) tell(message);
    });
    return this.#ear;
  }
}
