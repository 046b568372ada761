import type { Clock } from '@app/kernel';
import { Redis } from 'ioredis';

export interface RedisConfig {
  /** `redis://…` or `rediss://…`. */
  url: string;
  /** Stands before every key, so that two installations can share a server. */
  prefix?: string;
  /** A command that got no answer by then has failed. */
  commandTimeoutMs?: number;
  /** How long `openRedis` tries. */
  connectTimeoutMs?: number;
}

/** One connection for commands; more are forked for what blocks or listens. Reconnects by itself until closed. */
export class LiveRedis {
  constructor(
    private readonly redis: Redis,
    readonly prefix: string,
  ) {}

  /** Whether a command would be tried now. */
  get ready(): boolean {
    return this.redis.status === 'ready';
  }

  /** Runs commands. @throws StoreError `unavailable` when Redis is gone or does not answer in time */
  async ask<T>(_commands: (redis: Redis) => Promise<T>): Promise<T> {
    throw new Error('not yet');
  }

  /** A connection of its own, for blocking reads and subscriptions; closed with this one. */
  fork(): Redis {
    throw new Error('not yet');
  }

  async close(): Promise<void> {
    throw new Error('not yet');
  }
}

/** @throws StoreError `unavailable` when nobody answers within `connectTimeoutMs` */
export async function openRedis(_config: RedisConfig, _clock: Clock): Promise<LiveRedis> {
  throw new Error('not yet');
}
