import type { Cancel, Clock, NodeId } from '@app/kernel';
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
const TOLD_EVERY_MS = 3_000;

/** Who carries calls at present. */
export class Nodes {
  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
    private readonly leaseMs = NODE_LEASE_MS,
  ) {}

  /** Tells of this node now and every 3 s, until it leaves. @throws StoreError when it cannot be told the first time */
  async register(node: () => CallNode): Promise<{ leave(): Promise<void> }> {
    await this.#tell(node());
    const next: { cancel: Cancel | undefined } = { cancel: undefined };
    const again = () => {
      next.cancel = this.clock.after(TOLD_EVERY_MS, () => {
        again();
        this.#tell(node()).catch(() => undefined); // the next one comes in 3 s; who is not heard of is gone, as it should be
      });
    };
    again();
    return {
      leave: () => {
        next.cancel?.();
        return this.#forget(node().id);
      },
    };
  }

  /** Those that told of themselves in the last 15 s, longest first. @throws StoreError */
  async list(): Promise<CallNode[]> {
    const { keys } = this.redis;
    return this.redis.ask(async (redis) => {
      const ids = await redis.smembers(keys.nodes());
      if (ids.length === 0) return [];
      const told = await redis.mget(ids.map((id) => keys.node(id)));
      const gone = ids.filter((_id, index) => told[index] === null);
      if (gone.length > 0) await redis.srem(keys.nodes(), ...gone);
      const nodes = told.flatMap((json) => (json ? (JSON.parse(json) as CallNode) : []));
      return nodes.sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
    });
  }

  /** Whether it told of itself in the last 15 s. @throws StoreError */
  async isThere(nodeId: NodeId): Promise<boolean> {
    return (await this.redis.ask((redis) => redis.exists(this.redis.keys.node(nodeId)))) === 1;
  }

  async #tell(node: CallNode): Promise<void> {
    const { keys } = this.redis;
    await this.redis.ask((redis) =>
      Promise.all([
        redis.set(keys.node(node.id), JSON.stringify(node), 'PX', this.leaseMs),
        redis.sadd(keys.nodes(), node.id),
      ]),
    );
  }

  async #forget(nodeId: NodeId): Promise<void> {
    const { keys } = this.redis;
    await this.redis
      .ask((redis) => Promise.all([redis.unlink(keys.node(nodeId)), redis.srem(keys.nodes(), nodeId)]))
      .catch(() => undefined); // Redis is gone: its lease ends by itself
  }
}
