import { z } from 'zod';
import type { LiveRedis } from './redis.js';

const RUNG = z.object({ legId: z.string(), callId: z.string(), nodeId: z.string() });

/** The telephone of a person who is to take a live call over: which leg of which call, and whose node waits for it. */
export type RungPerson = z.output<typeof RUNG>;

/** What the carrier tells of it, it tells within a day. */
const KNOWN_MS = 24 * 3_600_000;

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
}
