import type { LiveRedis } from './redis.js';

/** A line in use: it comes back by itself when it is not renewed for 15 s. */
export interface LineLease {
  agentId: string;
  callId: string;
}

/** Renew every 3 s. */
export const LINE_LEASE_MS = 15_000;

/** The lines in use of each agent, counted by one judge for all nodes. */
export class Lines {
  constructor(private readonly redis: LiveRedis) {}

  /** Takes a line if fewer than `limit` are in use; one that the call has already is renewed. @throws StoreError */
  async acquire(_lease: LineLease, _limit: number): Promise<boolean> {
    throw new Error(String(this.redis));
  }

  /** Keeps lines; takes again, whatever the limit, those that expired meanwhile: the calls are there. @throws StoreError */
  async renew(_leases: readonly LineLease[]): Promise<void> {
    throw new Error('not yet');
  }

  /** Twice is once. @throws StoreError */
  async release(_lease: LineLease): Promise<void> {
    throw new Error('not yet');
  }

  /** Lines of this agent in use now. @throws StoreError */
  async count(_agentId: string): Promise<number> {
    throw new Error('not yet');
  }
}
