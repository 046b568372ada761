import { z } from 'zod';
import type { LiveRedis } from './redis.js';

const ROUTE = z.object({
  /** Our number that was called, E.164. */
  number: z.string().nullable(),
  agentId: z.string().nullable(),
  routedBy: z.string(),
});

/** Where a carrier was told to send a call, and the rule that chose; no agent when it was sent elsewhere. */
export type Route = z.output<typeof ROUTE>;

/** A call rings and is answered within minutes of the question. */
const ROUTE_MS = 15 * 60_000;
const LAST_AGENT_MS = 90 * 24 * 3_600_000;

/** What routing of calls remembers: where each was sent, and whom a caller spoke with last. */
export class RoutedCalls {
  constructor(private readonly redis: LiveRedis) {}

  /** Forgotten after 15 minutes; a second route of the same call replaces the first. @throws StoreError */
  async note(carrier: string, carrierCallId: string, route: Route): Promise<void> {
    const key = this.redis.keys.routed(carrier, carrierCallId);
    await this.redis.ask((redis) => redis.set(key, JSON.stringify(route), 'PX', ROUTE_MS));
  }

  /** @throws StoreError */
  async find(carrier: string, carrierCallId: string): Promise<Route | undefined> {
    const json = await this.redis.ask((redis) => redis.get(this.redis.keys.routed(carrier, carrierCallId)));
    return json === null ? undefined : ROUTE.safeParse(JSON.parse(json)).data;
  }

  /** Forgets where a call was sent. @throws StoreError */
  async forget(carrier: string, carrierCallId: string): Promise<void> {
    await this.redis.ask((redis) => redis.unlink(this.redis.keys.routed(carrier, carrierCallId)));
  }

  /** Remembered for 90 days. @param number the caller's, E.164 @throws StoreError */
  async noteSpokeWith(number: string, agentId: string): Promise<void> {
    await this.redis.ask((redis) => redis.set(this.redis.keys.lastAgent(number), agentId, 'PX', LAST_AGENT_MS));
  }

  /** @throws StoreError */
  async lastAgentOf(number: string): Promise<string | undefined> {
    return (await this.redis.ask((redis) => redis.get(this.redis.keys.lastAgent(number)))) ?? undefined;
  }
}
