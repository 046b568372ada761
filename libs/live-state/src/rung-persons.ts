import { z } from 'zod';
import type { LiveRedis } from './redis.js';

const RUNG = z.object({ legId: z.string(), callId: z.string(), nodeId: z.string() });

/** The telephone of a person who is to take a live call over: which leg of which call, and whose node waits for it. */
export type RungPerson = z.output<typeof RUNG>;

/** What the carrier tells of it, it tells within a day. */
const KNOWN_MS = 24 * 3_600_000;

/** Which telephone rings, E.164. */
export interface RungFrom {
  /** Ours. */
  number: string;
  to: string;
}

/** Calls at a carrier that are second legs of calls of ours, and no calls of their own. */
export class RungPersons {
  constructor(private readonly redis: LiveRedis) {}

  /** @throws StoreError */
  async note(carrier: string, carrierCallId: string, rung: RungPerson): Promise<void> {
    const key = this.redis.keys.rung(carrier, carrierCallId);
    await this.redis.ask((redis) => redis.set(key, JSON.stringify(rung), 'PX', KNOWN_MS));
  }

  /** @throws StoreError */
  async find(carrier: string, carrierCallId: string): Promise<RungPerson | undefined> {
    const json = await this.redis.ask((redis) => redis.get(this.redis.keys.rung(carrier, carrierCallId)));
    return json === null ? undefined : RUNG.safeParse(JSON.parse(json)).data;
  }

  /** It is about to be dialled: its stream may be quicker than the carrier's answer, and reach another node. @throws StoreError */
  async expect(carrier: string, { number, to }: RungFrom, rung: RungPerson, withinMs: number): Promise<void> {
    const key = this.redis.keys.rungTo(carrier, number, to);
    const json = JSON.stringify(rung);
    await this.redis.ask((redis) => redis.multi().hset(key, rung.legId, json).pexpire(key, withinMs).exec());
  }

  /** It has its carrier's id, or does not ring. @throws StoreError */
  async expectNoMore(carrier: string, { number, to }: RungFrom, legId: string): Promise<void> {
    await this.redis.ask((redis) => redis.hdel(this.redis.keys.rungTo(carrier, number, to), legId));
  }

  /** The only one that is expected there; of two, none. @throws StoreError */
  async expected(carrier: string, { number, to }: RungFrom): Promise<RungPerson | undefined> {
    const [json, ...others] = await this.redis.ask((redis) => redis.hvals(this.redis.keys.rungTo(carrier, number, to)));
    return json === undefined || others.length > 0 ? undefined : RUNG.safeParse(JSON.parse(json)).data;
  }
}
