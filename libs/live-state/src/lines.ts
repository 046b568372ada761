import { FIRST_EPOCH } from './live-call.js';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

/** A line in use: it comes back by itself when it is not renewed in time. */
export interface LineLease {
  agentId: string;
  callId: string;
  /** The process that carries the call; absent while it is still being placed. */
  nodeId?: string | undefined;
  /** In which that process owns the call; absent: the first. */
  epoch?: number | undefined;
}

/** How many lines may be in use at once; what has no limit is counted all the same. */
export interface LineLimits {
  agent: number;
  node?: number | undefined;
  /** Of all agents on all nodes: what the account at the carrier, or a licence, allows. */
  account?: number | undefined;
}

/** How long a lease lives unless it is renewed; renew every 3 s. */
export const LINE_LEASE_MS = 15_000;

/** One clock for all nodes: that of Redis. */
const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  for _, lines in ipairs(KEYS) do redis.call('ZREMRANGEBYSCORE', lines, '-inf', now) end
`;

/** KEYS: lines of each scope. ARGV: call, lifetime, the limit of each scope or -1. All of them, or none. */
const acquire = script(`${NOW}
  for i, lines in ipairs(KEYS) do
    local limit = tonumber(ARGV[2 + i])
    local is_new = not redis.call('ZSCORE', lines, ARGV[1])
    if limit >= 0 and is_new and redis.call('ZCARD', lines) >= limit then return 0 end
  end
  for _, lines in ipairs(KEYS) do
    redis.call('ZADD', lines, now + ARGV[2], ARGV[1])
    redis.call('PEXPIRE', lines, ARGV[2])
  end
  return 1
`);

/** KEYS: lines of the agent before, of the agent from now on. ARGV: call, lifetime, the limit of the latter. */
const move = script(`${NOW}
  if KEYS[1] == KEYS[2] then return 1 end
  local is_new = not redis.call('ZSCORE', KEYS[2], ARGV[1])
  if is_new and redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[3]) then return 0 end
  redis.call('ZREM', KEYS[1], ARGV[1])
  redis.call('ZADD', KEYS[2], now + ARGV[2], ARGV[1])
  redis.call('PEXPIRE', KEYS[2], ARGV[2])
  return 1
`);

/** KEYS: lines, the fence of each call. ARGV: lifetime, each call and the epoch in which it is owned. The answer: those that are another node's. */
const renew = script(`
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', now)
  local taken = {}
  for i = 2, #KEYS do
    local call, epoch = ARGV[i * 2 - 2], tonumber(ARGV[i * 2 - 1])
    if tonumber(redis.call('GET', KEYS[i]) or '1') > epoch then taken[#taken + 1] = call
    else redis.call('ZADD', KEYS[1], now + ARGV[1], call) end
  end
  redis.call('PEXPIRE', KEYS[1], ARGV[1])
  return taken
`);

/** KEYS: lines. */
const count = script(`${NOW}
  return redis.call('ZCARD', KEYS[1])
`);

const NO_LIMIT = -1;

/** The lines in use of each agent, each node and all together, counted by one judge for all nodes. */
export class Lines {
  constructor(
    private readonly redis: LiveRedis,
    private readonly leaseMs = LINE_LEASE_MS,
  ) {}

  /**
   * Takes a line if fewer than the limits allow are in use, everywhere at once; one that the call has already is renewed.
   *
   * @throws StoreError
   */
  async acquire(lease: LineLease, { agent, node = NO_LIMIT, account = NO_LIMIT }: LineLimits): Promise<boolean> {
    const scopes = this.#scopesOf(lease);
    const limits = [agent, account, node].slice(0, scopes.length);
    const args = [lease.callId, this.leaseMs, ...limits];
    return (await this.redis.ask((redis) => acquire(redis, scopes, args))) === 1;
  }

  /**
   * Gives a call's line to another agent, if that one has fewer in use than it may. The call keeps its place among those
   * of its node and of all.
   *
   * @throws StoreError
   */
  async move(callId: string, agents: { from: string; to: string }, limit: number): Promise<boolean> {
    const { keys } = this.redis;
    const scopes = [keys.lines(agents.from), keys.lines(agents.to)];
    return (await this.redis.ask((redis) => move(redis, scopes, [callId, this.leaseMs, limit]))) === 1;
  }

  /**
   * Keeps lines; takes again, whatever the limits, those that expired meanwhile: the calls are there.
   *
   * @returns calls that another node took over: their lines are not ours to keep @throws StoreError
   */
  async renew(leases: readonly LineLease[]): Promise<string[]> {
    const { keys } = this.redis;
    const held = leases.flatMap((lease) => this.#scopesOf(lease).map((key) => ({ ...lease, key })));
    const byScope = [...Map.groupBy(held, ({ key }) => key)];
    const taken = await this.redis.ask((redis) =>
      Promise.all(
        byScope.map(([key, lines]) => {
          const fences = lines.map(({ callId }) => keys.fence(callId));
          const owned = lines.flatMap(({ callId, epoch = FIRST_EPOCH }) => [callId, epoch]);
          return renew(redis, [key, ...fences], [this.leaseMs, ...owned]);
        }),
      ),
    );
    return [...new Set(taken.flatMap((callIds) => (callIds as unknown[]).map(String)))];
  }

  /** Twice is once. @throws StoreError */
  async release(lease: LineLease): Promise<void> {
    await this.redis.ask((redis) => Promise.all(this.#scopesOf(lease).map((key) => redis.zrem(key, lease.callId))));
  }

  /** Lines of this agent in use now. @throws StoreError */
  async count(agentId: string): Promise<number> {
    return Number(await this.redis.ask((redis) => count(redis, [this.redis.keys.lines(agentId)], [])));
  }

  /** Of its agent, of all, and of its node once there is one. */
  #scopesOf({ agentId, nodeId }: LineLease): string[] {
    const { keys } = this.redis;
    const always = [keys.lines(agentId), keys.allLines()];
    return nodeId === undefined ? always : [...always, keys.linesOfNode(nodeId)];
  }
}
