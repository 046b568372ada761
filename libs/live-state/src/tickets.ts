import { createHash, randomBytes } from 'node:crypto';
import type { LiveRedis } from './redis.js';

/** From its being made to the socket that it opens. */
const TICKET_MS = 30_000;

/** Tickets that let somebody in once, in a place where a key must not stand: the address of a socket. */
export class Tickets {
  constructor(private readonly redis: LiveRedis) {}

  /** @param holder JSON of who may come in @returns good once, for 30 s @throws StoreError */
  async issue(holder: string): Promise<{ ticket: string; lifetimeMs: number }> {
    const ticket = randomBytes(32).toString('base64url');
    await this.redis.ask((redis) => redis.set(this.#keyOf(ticket), holder, 'PX', TICKET_MS));
    return { ticket, lifetimeMs: TICKET_MS };
  }

  /** Undefined for one that is unknown, too old, or used. @throws StoreError */
  async redeem(ticket: string): Promise<string | undefined> {
    return (await this.redis.ask((redis) => redis.getdel(this.#keyOf(ticket)))) ?? undefined;
  }

  #keyOf = (ticket: string): string => this.redis.keys.ticket(createHash('sha256').update(ticket).digest('hex'));
}
