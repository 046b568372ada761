import { OperationalError } from '@app/kernel';
import { Redis } from 'ioredis';

export interface JobsConfig {
  /** `redis://…`. */
  url: string;
  /** Stands before every key. */
  prefix?: string;
}

export const DEFAULT_PREFIX = 'carillon:jobs';

/** Redis did not take or tell a job. It may have taken it all the same: asking again is safe. */
export class JobsUnavailable extends OperationalError {
  readonly code = 'jobs.unavailable';
  readonly retryable = true;
}

const RECONNECT_MAX_MS = 1_000;
const COMMAND_TIMEOUT_MS = 2_000;

const retryStrategy = (times: number) => Math.min(times * 50, RECONNECT_MAX_MS);

/** For those who put jobs in: fails at once while Redis is gone. */
export const impatientConnection = (url: string): Redis =>
  quiet(
    new Redis(url, {
      enableOfflineQueue: false,
      autoResendUnfulfilledCommands: false,
      maxRetriesPerRequest: 0,
      commandTimeout: COMMAND_TIMEOUT_MS,
      retryStrategy,
    }),
  );

/** For those who take jobs out: waits for a Redis that is gone. */
export const patientConnection = (url: string): Redis =>
  quiet(new Redis(url, { maxRetriesPerRequest: null, retryStrategy }));

/** A lost connection is told by the command that fails for it; without a listener ioredis would print it. */
function quiet(redis: Redis): Redis {
  redis.on('error', () => undefined);
  return redis;
}

/** Whether the error says that Redis is gone, or cannot serve now; any other is a bug. */
export function saysUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (error.name === 'ReplyError')
    return /^(LOADING|READONLY|MISCONF|OOM|BUSY|MASTERDOWN|NOAUTH|WRONGPASS) /.test(error.message);
  return GONE.test(error.message) || error.name === 'MaxRetriesPerRequestError' || 'syscall' in error;
}

/** What ioredis says in plain errors. */
const GONE = /connection is closed|stream isn't writeable|command timed out|max retries per request|connection is in/i;
