import { createHash, randomBytes } from 'node:crypto';
import type { LiveRedis } from './redis.js';

const TICKET_BYTES = 32;
const TICKET = /^ct_[A-Za-z0-9_-]{43}$/;

/** What may stand in an address for a moment: each lets one in, once, for whom it was made. */
export class Tickets {
  constructor(private readonly redis: LiveRedis) {}

  /** @returns the ticket: 256 random bits, of which only the hash is kept. @throws StoreError */
  async issue(holder: unknown, validMs: number): Promise<string> {
    const ticket = `ct_${randomBytes(TICKET_BYTES).toString('base64url')}`;
    await this.redis.ask((redis) => redis.set(this.#keyOf(ticket), JSON.stringify(holder), 'PX', validMs));
    return ticket;
  }

  /** What `issue` was told; undefined when the ticket is used, expired or nobody's. @throws StoreError */
  async redeem(ticket: string): Promise<unknown> {
    if (!TICKET.test(ticket)) return undefined;
    const holder = await this.redis.ask((redis) => redis.getdel(this.#keyOf(ticket)));
    return holder === null ? undefined : (JSON.parse(holder) as unknown);
  }

  #keyOf = (ticket: string): string => this.redis.keys.ticket(createHash('sha256').update(ticket).digest('hex'));
}
