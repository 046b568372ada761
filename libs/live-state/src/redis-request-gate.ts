import { createHash, randomUUID } from 'node:crypto';
import { type GatedRequest, type RequestGate, StoreError } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { LocalRequestGate } from './local-request-gate.js';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

export interface RedisRequestGateSettings {
  /** Between two that pass, over all processes. */
  intervalMs: number;
  /** Told when Redis went away and this process keeps to its share alone, and when it came back. */
  onAlone?: (alone: boolean) => void;
}

/** A place in the queue of a process that is not heard of for so long goes to the next. */
const PLACE_LEASE_MS = 3_000;
/** Who waits looks again this often: whoever stood before it may have given up. */
const LOOK_EVERY_MS = 250;
/** A process that used a key in this time counts as one that may use it now. */
const SHARER_MS = 600_000;
/** Nobody tells us to wait longer than this; a clock that was set back might. */
const MAX_BACK_OFF_MS = 60_000;
/** Nothing of an account that is not used any more stays behind. */
const KEPT_MS = SHARER_MS;
/** In front of every place of what is not urgent: more than there will ever be urgent ones. */
const NOT_URGENT = 1_000_000_000_000;

const NOW = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  local next = tonumber(redis.call('HGET', KEYS[1], 'next') or '0')
  if next - now > ${MAX_BACK_OFF_MS} then next = now end
`;

/**
 * KEYS: state, queue, leases of places, sharers. ARGV: ticket, its place or '', what stands before a new place, interval,
 * process. Answers {0, place, sharers} when it may pass, else {ms to wait, place, sharers}.
 */
const ask = script(`${NOW}
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[3], '-inf', now)) do redis.call('ZREM', KEYS[2], gone) end
  redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', now)
  local place = ARGV[2]
  if place == '' then place = ARGV[3] + redis.call('HINCRBY', KEYS[1], 'places', 1) end
  redis.call('ZADD', KEYS[2], place, ARGV[1])
  redis.call('ZADD', KEYS[3], now + ${PLACE_LEASE_MS}, ARGV[1])
  redis.call('ZADD', KEYS[4], now, ARGV[5])
  redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', now - ${SHARER_MS})
  local wait = math.max(0, next - now) + redis.call('ZRANK', KEYS[2], ARGV[1]) * ARGV[4]
  if wait == 0 then
    redis.call('ZREM', KEYS[2], ARGV[1])
    redis.call('ZREM', KEYS[3], ARGV[1])
    redis.call('HSET', KEYS[1], 'next', now + ARGV[4])
  end
  for i = 1, 4 do redis.call('PEXPIRE', KEYS[i], ${KEPT_MS}) end
  return { wait, place, redis.call('ZCARD', KEYS[4]) }
`);

/** KEYS: state. ARGV: how long. */
const backOff = script(`${NOW}
  redis.call('HSET', KEYS[1], 'next', math.max(next, now + ARGV[1]))
  redis.call('PEXPIRE', KEYS[1], ${KEPT_MS})
`);

/** One gate for all processes that share a Redis. */
export class RedisRequestGate implements RequestGate {
  readonly #process = randomUUID();
  readonly #alone: LocalRequestGate;
  #sharers = 1;
  #isAlone = false;

  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
    private readonly settings: RedisRequestGateSettings,
  ) {
    this.#alone = new LocalRequestGate(clock, () => this.#shareMs);
  }

  async pass(request: GatedRequest): Promise<void> {
    request.signal?.throwIfAborted();
    const [ticket, keys] = [randomUUID(), this.#keys(request.account)];
    try {
      await this.#queue(ticket, keys, request);
      this.#setAlone(false);
    } catch (error) {
      if (!(error instanceof StoreError)) {
        this.#leave(ticket, keys);
        throw error;
      }
      if (!this.#isAlone) await this.#alone.backOff(request.account, this.#shareMs); // another may have passed just now
      this.#setAlone(true);
      await this.#alone.pass(request);
    }
  }

  async backOff(account: string, forMs: number): Promise<void> {
    await this.#alone.backOff(account, forMs);
    const [state = ''] = this.#keys(account);
    const shared = this.redis.ask((redis) => backOff(redis, [state], [Math.round(forMs)]));
    await shared.catch(passOver); // then each process hears it from the far side
  }

  /** As if one more process than was seen last used the key: one may have started since. */
  get #shareMs(): number {
    return this.settings.intervalMs * (this.#sharers + 1);
  }

  async #queue(ticket: string, keys: readonly string[], { urgent = false, signal }: GatedRequest): Promise<void> {
    const base = urgent ? 0 : NOT_URGENT;
    for (let place = ''; ;) {
      const args = [ticket, place, base, this.settings.intervalMs, this.#process];
      const answer = (await this.redis.ask((redis) => ask(redis, keys, args))) as [number, number, number];
      const [waitMs, given, sharers] = answer;
      this.#sharers = sharers;
      if (waitMs === 0) return;
      place = String(given);
      await this.clock.sleep(Math.min(waitMs, LOOK_EVERY_MS), signal);
    }
  }

  /** Its place; without Redis the lease ends it. */
  #leave(ticket: string, [, queue = '', leases = '']: readonly string[]): void {
    this.redis
      .ask((redis) => Promise.all([redis.zrem(queue, ticket), redis.zrem(leases, ticket)]))
      .catch(() => undefined);
  }

  #keys(account: string): string[] {
    const hashed = createHash('sha256').update(account).digest('hex').slice(0, 32);
    const { keys } = this.redis;
    return [keys.gate(hashed), keys.gateQueue(hashed), keys.gateLeases(hashed), keys.gateSharers(hashed)];
  }

  #setAlone(alone: boolean): void {
    if (this.#isAlone === alone) return;
    this.#isAlone = alone;
    this.settings.onAlone?.(alone);
  }
}

function passOver(error: unknown): void {
  if (!(error instanceof StoreError)) throw error;
}
