import type { EndReason } from '@app/conversation/ports';
import type { CallId, NodeId } from '@app/kernel';
import {
  CALL_FIELDS,
  FIRST_EPOCH,
  fieldsOf,
  type LiveCall,
  type LiveCallChanges,
  liveCallIn,
  liveCallOf,
  type NewLiveCall,
} from './live-call.js';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

/** A claim that nobody gave back is forgotten after it. */
const CLAIM_MS = 24 * 3_600_000;

/** KEYS: claim. ARGV: `node call`, what stands before a node's id in its key, lifetime. A node that is gone holds nothing. */
const claim = script(`
  local held = redis.call('GET', KEYS[1])
  if held and held ~= ARGV[1] then
    local node = string.match(held, '^(%S+) ')
    if redis.call('EXISTS', ARGV[2] .. node) == 1 then return 0 end
  end
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[3])
  return 1
`);

/** KEYS: claim. ARGV: call. */
const release = script(`
  local held = redis.call('GET', KEYS[1])
  if held and string.match(held, ' (%S+)$') == ARGV[1] then redis.call('DEL', KEYS[1]) end
`);

/** KEYS: call, live calls, unfinished calls, [carrier's id]. ARGV: call, start, fields and values. */
const begin = script(`
  redis.call('HSET', KEYS[1], unpack(ARGV, 3))
  redis.call('ZADD', KEYS[2], ARGV[2], ARGV[1])
  redis.call('ZADD', KEYS[3], ARGV[2], ARGV[1])
  if KEYS[4] then redis.call('SET', KEYS[4], ARGV[1]) end
`);

/** Whether another node took the call over since it was owned in this epoch. */
const IS_TAKEN = `
  local function is_taken(epoch)
    return tonumber(redis.call('HGET', KEYS[1], 'epoch') or '1') > tonumber(epoch)
  end
`;

/** KEYS: call. ARGV: epoch, fields and values. Only if the call is known, and still owned. */
const change = script(`${IS_TAKEN}
  if redis.call('EXISTS', KEYS[1]) == 1 and not is_taken(ARGV[1]) then
    redis.call('HSET', KEYS[1], unpack(ARGV, 2))
  end
`);

/** KEYS: call, live calls. ARGV: call, when, why, epoch. The first end stays. 0: another node has the call. */
const end = script(`${IS_TAKEN}
  if is_taken(ARGV[4]) then return 0 end
  redis.call('ZREM', KEYS[2], ARGV[1])
  if redis.call('EXISTS', KEYS[1]) == 0 or redis.call('HEXISTS', KEYS[1], 'endedAt') == 1 then return 1 end
  redis.call('HSET', KEYS[1], 'endedAt', ARGV[2], 'endReason', ARGV[3])
  return 1
`);

/**
 * KEYS: call, fence, [claim]. ARGV: node, call, the epoch in which it is owned so far, lifetime. The answer is the new
 * epoch, again for a node that asks again; nil when the call has ended or another node was quicker.
 */
const takeOver = script(`
  local node = redis.call('HGET', KEYS[1], 'nodeId')
  if not node or redis.call('HEXISTS', KEYS[1], 'endedAt') == 1 then return nil end
  local epoch, next = tonumber(redis.call('HGET', KEYS[1], 'epoch') or '1'), tonumber(ARGV[3]) + 1
  if not (epoch == tonumber(ARGV[3]) or (epoch == next and node == ARGV[1])) then return nil end
  redis.call('HSET', KEYS[1], 'nodeId', ARGV[1], 'epoch', next)
  redis.call('SET', KEYS[2], next, 'PX', ARGV[4])
  if KEYS[3] then redis.call('SET', KEYS[3], ARGV[1] .. ' ' .. ARGV[2], 'PX', ARGV[4]) end
  return next
`);

/** KEYS: carrier's id. ARGV: what stands before a call's id in its key, when. The first word of the carrier stays. */
const noteHangUp = script(`
  local call = redis.call('GET', KEYS[1])
  if not call or redis.call('EXISTS', ARGV[1] .. call) == 0 then return nil end
  redis.call('HSETNX', ARGV[1] .. call, 'hungUpAt', ARGV[2])
  return call
`);

/** KEYS: call, live calls, unfinished calls, [carrier's id]. ARGV: call. An id that leads to a newer call of ours stays. */
const drop = script(`
  local hash = redis.call('HGETALL', KEYS[1])
  if KEYS[4] and redis.call('GET', KEYS[4]) == ARGV[1] then redis.call('DEL', KEYS[4]) end
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
  return hash
`);

/**
 * KEYS: [calls, sorted]. ARGV: what stands before a call's id in its key, how many fields, the fields, [calls]; with a key,
 * which of them first.
 */
const read = script(`
  local fields = { unpack(ARGV, 3, 2 + ARGV[2]) }
  local ids = { unpack(ARGV, 3 + ARGV[2]) }
  if KEYS[1] then ids = redis.call('ZRANGE', KEYS[1], ids[1], -1) end
  for i, id in ipairs(ids) do ids[i] = redis.call('HMGET', ARGV[1] .. id, unpack(fields)) end
  return ids
`);

/** Which calls there are now, for every process. A call stays here until its record is stored. */
export class LiveCalls {
  /** @param nodeId this process, as it registered with `Nodes`: a claim of a node that is not registered binds nobody */
  constructor(
    private readonly redis: LiveRedis,
    private readonly nodeId: NodeId,
  ) {}

  /**
   * Takes a carrier's call for one stream of ours: false when another stream has it. Given back by `end`, by
   * `release`, or when its node is gone. The same call asking again keeps it.
   *
   * @throws StoreError
   */
  async claim(carrier: string, carrierCallId: string, callId: CallId): Promise<boolean> {
    const { keys } = this.redis;
    const args = [`${this.nodeId} ${callId}`, keys.node(''), CLAIM_MS];
    return (await this.redis.ask((redis) => claim(redis, [keys.claim(carrier, carrierCallId)], args))) === 1;
  }

  /** Gives back what `claim` took, when the call does not begin after all. @throws StoreError */
  async release(carrier: string, carrierCallId: string, callId: CallId): Promise<void> {
    const key = this.redis.keys.claim(carrier, carrierCallId);
    await this.redis.ask((redis) => release(redis, [key], [callId]));
  }

  /** @throws StoreError */
  async begin(call: NewLiveCall): Promise<void> {
    const { keys } = this.redis;
    const names = [keys.call(call.id), keys.liveCalls(), keys.unfinishedCalls()];
    if (call.carrierCallId !== null) names.push(keys.carrierCall(call.carrier, call.carrierCallId));
    const facts = fieldsOf({ ...call, nodeId: this.nodeId });
    await this.redis.ask((redis) => begin(redis, names, [call.id, Date.parse(call.startedAt), ...facts]));
  }

  /** Facts that came later. Does nothing when the call is not known, or another node took it over. @throws StoreError */
  async update(callId: CallId, changes: LiveCallChanges, epoch = Number.MAX_SAFE_INTEGER): Promise<void> {
    const facts = fieldsOf(changes);
    if (facts.length === 0) return;
    await this.redis.ask((redis) => change(redis, [this.redis.keys.call(callId)], [epoch, ...facts]));
  }

  /**
   * The line is closed: the call is no longer listed, and its carrier's id may be claimed again. Only the first end
   * counts.
   *
   * @param epoch in which whoever ends it knew it @returns false when another node took it over since: nothing was done
   * @throws StoreError
   */
  async end(
    callId: CallId,
    { endedAt, endReason }: { endedAt: string; endReason: EndReason },
    epoch = FIRST_EPOCH,
  ): Promise<boolean> {
    const { keys } = this.redis;
    const args = [callId, endedAt, endReason, epoch];
    const ended = await this.redis.ask((redis) => end(redis, [keys.call(callId), keys.liveCalls()], args));
    if (ended !== 1) return false;
    const call = await this.get(callId);
    if (call?.carrierCallId) await this.release(call.carrier, call.carrierCallId, callId);
    return true;
  }

  /**
   * Makes a call this node's: from now on nothing that the node before it writes of it is taken, and its carrier's call is
   * claimed for it. Whoever asks has seen that its node does not have it any more.
   *
   * @returns the epoch in which it is owned now; undefined when it has ended, or another node was quicker
   * @throws StoreError; asking again then does no harm
   */
  async takeOver({ id, carrier, carrierCallId, epoch }: LiveCall): Promise<number | undefined> {
    const { keys } = this.redis;
    const names = [keys.call(id), keys.fence(id)];
    if (carrierCallId !== null) names.push(keys.claim(carrier, carrierCallId));
    const owned = await this.redis.ask((redis) => takeOver(redis, names, [this.nodeId, id, epoch, CLAIM_MS]));
    return typeof owned === 'number' ? owned : undefined;
  }

  /**
   * The carrier says that its call ended: kept with the call, whether its line is up or closed.
   *
   * @returns the call; undefined when none of that id is here, or its record is stored already @throws StoreError
   */
  async noteHangUp(carrier: string, carrierCallId: string, hungUpAt: string): Promise<LiveCall | undefined> {
    const { keys } = this.redis;
    const key = keys.carrierCall(carrier, carrierCallId);
    const callId = await this.redis.ask((redis) => noteHangUp(redis, [key], [keys.call(''), hungUpAt]));
    return typeof callId === 'string' ? this.get(callId) : undefined;
  }

  /** Also one that has ended and is not stored yet. @throws StoreError */
  async get(callId: string): Promise<LiveCall | undefined> {
    const { keys } = this.redis;
    return liveCallIn(await this.redis.ask((redis) => redis.hmget(keys.call(callId), ...CALL_FIELDS)));
  }

  /** Those of them that are known, by id, in one question. @throws StoreError */
  async getAll(callIds: readonly string[]): Promise<ReadonlyMap<string, LiveCall>> {
    return byId(callIds.length > 0 ? await this.#read([], callIds) : []);
  }

  /** Those whose line is up, oldest first. @throws StoreError */
  list = (): Promise<LiveCall[]> => this.#read([this.redis.keys.liveCalls()], ['0']);

  /** Those whose record is not stored yet, oldest first: live ones, and those that ended. @throws StoreError */
  unfinished = (): Promise<LiveCall[]> => this.#read([this.redis.keys.unfinishedCalls()], ['0']);

  /** The newest of them, by id. @param most 1 or more @throws StoreError */
  async newest(most: number): Promise<ReadonlyMap<string, LiveCall>> {
    return byId(await this.#read([this.redis.keys.unfinishedCalls()], [String(-most)]));
  }

  /** Also one that has ended and is not stored yet. @throws StoreError */
  async findByCarrierCallId(carrier: string, carrierCallId: string): Promise<LiveCall | undefined> {
    const callId = await this.redis.ask((redis) => redis.get(this.redis.keys.carrierCall(carrier, carrierCallId)));
    return callId === null ? undefined : this.get(callId);
  }

  /** Forgets the call: its record is stored. @returns it as it was at last; undefined the second time @throws StoreError */
  async drop(callId: CallId): Promise<LiveCall | undefined> {
    const { keys } = this.redis;
    const { carrier = '', carrierCallId = null } = (await this.get(callId)) ?? {};
    const names = [keys.call(callId), keys.liveCalls(), keys.unfinishedCalls()];
    if (carrierCallId !== null) names.push(keys.carrierCall(carrier, carrierCallId));
    const hash = await this.redis.ask((redis) => drop(redis, names, [callId]));
    if (carrierCallId !== null) await this.release(carrier, carrierCallId, callId);
    return liveCallOf(hashOf(hash));
  }

  /** @param which calls; of a sorted set, from which place on */
  async #read(sortedSet: readonly string[], which: readonly string[]): Promise<LiveCall[]> {
    const args = [this.redis.keys.call(''), CALL_FIELDS.length, ...CALL_FIELDS, ...which];
    const answer = (await this.redis.ask((redis) => read(redis, sortedSet, args))) as (string | null)[][];
    return answer.flatMap((values) => liveCallIn(values) ?? []);
  }
}

const byId = (calls: readonly LiveCall[]) => new Map<string, LiveCall>(calls.map((call) => [call.id, call]));

/** A hash as a script answers it: field, value, field, value. */
function hashOf(flat: unknown): Record<string, string> {
  const items = Array.isArray(flat) ? flat.map(String) : [];
  return Object.fromEntries(
    items.flatMap((field, index) => (index % 2 === 0 ? [[field, items[index + 1] ?? '']] : [])),
  );
}
