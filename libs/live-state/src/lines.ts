import type { LiveRedis } from './redis.js';
import { script } from './script.js';

/** A line in use: it comes back by itself when it is not renewed in time. */
export interface LineLease {
  agentId: string;
  callId: string;
}

/** How long a lease lives unless it is renewed; renew every 3 s. */
export const LINE_LEASE_MS = 15_000;

/** One clock for all nodes: that of Redis. */
const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
`;

/** KEYS: lines. ARGV: call, limit, lifetime. */
const acquire = script(`${NOW}
  if not redis.call('ZSCORE', KEYS[1], ARGV[1]) and redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[2]) then return 0 end
  redis.call('ZADD', KEYS[1], now + ARGV[3], ARGV[1])
  redis.call('PEXPIRE', KEYS[1], ARGV[3])
  return 1
`);

/** KEYS: lines. ARGV: lifetime, calls. */
const renew = script(`${NOW}
  for i = 2, #ARGV do redis.call('ZADD', KEYS[1], now + ARGV[1], ARGV[i]) end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
`);

/** KEYS: lines. */
const count = script(`${NOW}
  return redis.call('ZCARD', KEYS[1])
`);

/** The lines in use of each agent, counted by one judge for all nodes. */
export class Lines {
  constructor(
    private readonly redis: LiveRedis,
    private readonly leaseMs = LINE_LEASE_MS,
  ) {}

  /** Takes a line if fewer than `limit` are in use; one that the call has already is renewed. @throws StoreError */
  async acquire({ agentId, callId }: LineLease, limit: number): Promise<boolean> {
    const key = this.redis.keys.lines(agentId);
    return (await this.redis.ask((redis) => acquire(redis, [key], [callId, limit, this.leaseMs]))) === 1;
  }

  /** Keeps lines; takes again, whatever the limit, those that expired meanwhile: the calls are there. @throws StoreError */
  async renew(leases: readonly LineLease[]): Promise<void> {
    const byAgent = Map.groupBy(leases, ({ agentId }) => agentId);
    await this.redis.ask((redis) =>
      Promise.all(
        [...byAgent].map(([agentId, held]) =>
          renew(redis, [this.redis.keys.lines(agentId)], [this.leaseMs, ...held.map(({ callId }) => callId)]),
        ),
      ),
    );
  }

  /** Twice is once. @throws StoreError */
  async release({ agentId, callId }: LineLease): Promise<void> {
    await this.redis.ask((redis) => redis.zrem(this.redis.keys.lines(agentId), callId));
  }

  /** Lines of this agent in use now. @throws StoreError */
  async count(agentId: string): Promise<number> {
    return Number(await this.redis.ask((redis) => count(redis, [this.redis.keys.lines(agentId)], [])));
  }
}
