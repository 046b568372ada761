import { StoreError } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { Redis, type RedisOptions } from 'ioredis';
import { Keys } from './keys.js';

export interface RedisConfig {
  /** `redis://…` or `rediss://…`. */
  url: string;
  /** Stands before every key, so that two installations can share a server. */
  prefix?: string;
  /** A command that got no answer by then has failed; what it did is then unknown. */
  commandTimeoutMs?: number;
  /** How long `openRedis` tries. */
  connectTimeoutMs?: number;
}

const RECONNECT_MAX_MS = 1_000;
/** A reader that blocks for less than this hears from Redis in between, or Redis is gone without a goodbye. */
const SILENT_READER_MS = 15_000;

/**
 * One connection for commands; more are forked for what blocks or listens. Reconnects by itself until it is closed;
 * meanwhile commands fail at once and are not kept, so that nobody waits for a Redis that is gone.
 */
export class LiveRedis {
  readonly keys: Keys;
  readonly #forks = new Set<Redis>();

  constructor(
    private readonly redis: Redis,
    prefix: string,
  ) {
    this.keys = new Keys(prefix);
  }

  /** Whether a command would be tried now. */
  get ready(): boolean {
    return this.redis.status === 'ready';
  }

  /** Runs commands. @throws StoreError `unavailable` when Redis is gone or does not answer in time */
  async ask<T>(commands: (redis: Redis) => Promise<T>): Promise<T> {
    return asked(commands(this.redis));
  }

  /** A connection of its own, for commands that block; closed with this one, or by `drop`. One that is lost fails. */
  forkReader(): Redis {
    return this.#fork({ commandTimeout: undefined, socketTimeout: SILENT_READER_MS });
  }

  /** A connection of its own, for subscriptions: they wait for Redis, and come back with it. Closed as a reader is. */
  forkSubscriber(): Redis {
    return this.#fork({ ...ENDURING, commandTimeout: undefined });
  }

  /** Ends a forked connection at once: what it waits for fails. */
  drop(forked: Redis): void {
    this.#forks.delete(forked);
    forked.disconnect();
  }

  #fork(options: RedisOptions): Redis {
    const forked = quiet(this.redis.duplicate(options));
    this.#forks.add(forked);
    return forked;
  }

  /** Waits for the answers that are on their way. Twice is once. */
  async close(): Promise<void> {
    for (const forked of this.#forks) this.drop(forked);
    if (this.ready) await this.redis.quit().catch(() => undefined); // it went away while we left
    if (this.redis.status !== 'end') this.redis.disconnect(); // which else waits for a socket's end that was
  }
}

/** @throws StoreError `unavailable` when nobody answers within `connectTimeoutMs` */
export async function openRedis(config: RedisConfig, clock: Clock): Promise<LiveRedis> {
  const { url, prefix = 'carillon:', commandTimeoutMs = 2_000, connectTimeoutMs = 5_000 } = config;
  const redis = quiet(
    new Redis(url, { ...IMPATIENT, connectTimeout: connectTimeoutMs, commandTimeout: commandTimeoutMs }),
  );
  let problem: string | undefined;
  redis.on('error', (error: NodeJS.ErrnoException) => (problem = error.code ?? error.message));
  const giveUp = new AbortController();
  const ready = new Promise<'ready'>((resolve) => redis.once('ready', () => resolve('ready')));
  const late = clock.sleep(connectTimeoutMs, giveUp.signal).catch(() => undefined);
  const outcome = await Promise.race([ready, late]);
  giveUp.abort();
  if (outcome === 'ready') return new LiveRedis(redis, prefix);
  redis.disconnect();
  throw new StoreError('redis', 'unavailable', { detail: problem ?? 'no answer' });
}

const IMPATIENT: RedisOptions = {
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 0,
  retryStrategy: (times) => Math.min(times * 50, RECONNECT_MAX_MS),
};

const ENDURING: RedisOptions = {
  enableOfflineQueue: true,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
};

/** A lost connection is told by the command that fails for it; without a listener ioredis would print it. */
function quiet(redis: Redis): Redis {
  redis.on('error', () => undefined);
  return redis;
}

/** Answers of Redis that say that it cannot serve now; any other answer that is an error is a bug of ours. */
const CANNOT_SERVE =
  /^(LOADING|READONLY|MISCONF|OOM|BUSY|MASTERDOWN|NOREPLICAS|TRYAGAIN|CLUSTERDOWN|NOAUTH|WRONGPASS|NOPERM) /;

/** What ioredis says in plain errors. */
const GONE = /connection is closed|stream isn't writeable|command timed out|max retries per request|connection is in/i;

/** @throws StoreError `unavailable`; anything else is a bug and comes through as it is */
export async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (isUnavailable(error)) throw new StoreError('redis', 'unavailable', { cause: error });
    throw error;
  }
}

function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ReplyError') return CANNOT_SERVE.test(error.message);
  return GONE.test(error.message) || error.name === 'MaxRetriesPerRequestError' || 'syscall' in error;
}
