import type { Clock, NodeId } from '@app/kernel';
import type { LiveRedis } from './redis.js';

/** A process that carries calls. */
export interface CallNode {
  id: NodeId;
  /** ISO 8601. */
  startedAt: string;
  /** Calls that it carries now, and could carry. */
  calls: number;
  capacity: number;
}

/** A node that has not told of itself for so long is gone. */
export const NODE_LEASE_MS = 15_000;

/** Who carries calls at present. */
export class Nodes {
  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  /** Tells of this node now and every 3 s, until it leaves. @throws StoreError when it cannot be told the first time */
  async register(_tell: () => CallNode): Promise<{ leave(): Promise<void> }> {
    throw new Error(String([this.redis, this.clock]));
  }

  /** Those that told of themselves in the last 15 s. @throws StoreError */
  async list(): Promise<CallNode[]> {
    throw new Error('not yet');
  }
}
