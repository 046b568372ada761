import type { Clock } from '@app/kernel';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

/** A call that a carrier announced, and whose sound has not come yet. */
export interface RingingCall {
  carrier: string;
  carrierCallId: string;
  /** Our number, E.164 with `+`. */
  number: string;
  from: string | null;
  to: string | null;
  /** When we were told, ms since 1970. */
  atMs: number;
}

interface ClaimedAt {
  carrier: string;
  number: string;
  withinMs: number;
  shown?: string | undefined;
}

const RINGS_MS = 60_000;
/** A carrier repeats an announcement for as long as this, at most. */
const MATCHED_MS = 3_600_000;

/** KEYS: ringing, matched, calls of the number. ARGV: the call, its carrier's id, when, lifetime. */
const offer = script(`
  if redis.call('EXISTS', KEYS[1], KEYS[2]) > 0 then return end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[4])
  redis.call('ZADD', KEYS[3], ARGV[3], ARGV[2])
  redis.call('PEXPIRE', KEYS[3], ARGV[4])
`);

/** KEYS: ringing, matched. ARGV: how long the match is remembered. What stays in the set of its number leads nowhere. */
const take = script(`
  local call = redis.call('GET', KEYS[1])
  redis.call('DEL', KEYS[1])
  redis.call('SET', KEYS[2], '1', 'PX', ARGV[1])
  return call
`);

/** KEYS: calls of the number. ARGV: since when, what stands before an id in `ringing` and in `matched`, how long the match is remembered, the number that it must show or ''. */
const takeOnly = script(`
  local rings = {}
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], '+inf')) do
    local call = redis.call('GET', ARGV[2] .. id)
    local known = call and cjson.decode(call)
    if known and (ARGV[5] == '' or known.from == ARGV[5] or known.to == ARGV[5]) then rings[#rings + 1] = id end
  end
  if #rings ~= 1 then return nil end
  local call = redis.call('GET', ARGV[2] .. rings[1])
  redis.call('DEL', ARGV[2] .. rings[1])
  redis.call('SET', ARGV[3] .. rings[1], '1', 'PX', ARGV[4])
  return call
`);

/** Matches a stream of sound with the call that was announced for it. Each call is given away once. */
export class RingingCalls {
  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
  ) {}

  /** Notes a call; one that is noted already, claimed or withdrawn stays as it is. Forgotten after 60 s. @throws StoreError */
  async offer(call: RingingCall): Promise<void> {
    const { keys } = this.redis;
    const { carrier, carrierCallId, number, atMs } = call;
    const names = [
      keys.ringing(carrier, carrierCallId),
      keys.matched(carrier, carrierCallId),
      keys.ringingAt(carrier, number),
    ];
    await this.redis.ask((redis) => offer(redis, names, [JSON.stringify(call), carrierCallId, atMs, RINGS_MS]));
  }

  /**
   * The stream named its call. Undefined when it was not announced: an announcement that comes later is then ignored.
   *
   * @throws StoreError
   */
  async claimByCallId(carrier: string, carrierCallId: string): Promise<RingingCall | undefined> {
    const { keys } = this.redis;
    const names = [keys.ringing(carrier, carrierCallId), keys.matched(carrier, carrierCallId)];
    return ringingCallOf(await this.redis.ask((redis) => take(redis, names, [MATCHED_MS])));
  }

  /**
   * The call that rings at this number, if exactly one was announced in the last `withinMs` (of those that come from the
   * number `shown`, or go to it, where that is known).
   *
   * @throws StoreError
   */
  async claimOnly(at: ClaimedAt): Promise<RingingCall | undefined> {
    const { keys } = this.redis;
    const sinceMs = this.clock.date().getTime() - at.withinMs;
    const args = [sinceMs, keys.ringing(at.carrier, ''), keys.matched(at.carrier, ''), MATCHED_MS, at.shown ?? ''];
    return ringingCallOf(
      await this.redis.ask((redis) => takeOnly(redis, [keys.ringingAt(at.carrier, at.number)], args)),
    );
  }

  /** It was hung up or missed before any sound came. @throws StoreError */
  async withdraw(carrier: string, carrierCallId: string): Promise<void> {
    await this.claimByCallId(carrier, carrierCallId);
  }
}

const ringingCallOf = (json: unknown): RingingCall | undefined =>
  typeof json === 'string' ? (JSON.parse(json) as RingingCall) : undefined;
