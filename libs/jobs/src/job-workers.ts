import { type Clock, OperationalError } from '@app/kernel';
import { DelayedError, type Job, UnrecoverableError, Worker } from 'bullmq';
import { DEFAULT_PREFIX, type JobsConfig, patientConnection } from './job-connection.js';
import { type JobName, type JobPayload, JOBS } from './job-payloads.js';

/** What a taker may want to know of its try. */
export interface JobTry {
  /** From 1; one whose worker was lost does not count. */
  attempt: number;
}

/** Does each job there is. It may be given a job again that it has done, and must then do nothing. */
export type JobTakers = { readonly [Name in JobName]: (payload: JobPayload<Name>, its: JobTry) => Promise<void> };

/** Thrown by a taker whose job cannot be done yet: it is given again after this time, and no try was made of it. */
export class NotYet extends OperationalError {
  readonly code = 'jobs.not-yet';
  readonly retryable = true;

  constructor(readonly delayMs: number) {
    super('not yet');
  }
}

/** What became of one attempt that failed. */
export interface FailedAttempt {
  name: JobName;
  key: string;
  attempt: number;
  /** No attempt follows: the job is kept for somebody to look at. */
  final: boolean;
  error: unknown;
}

export interface JobWorkersOptions extends JobsConfig {
  takers: JobTakers;
  clock: Clock;
  /** Jobs of one name at once. */
  concurrency: Readonly<Record<JobName, number>>;
  /** Must not throw. */
  onFailed(attempt: FailedAttempt): void;
  /** A job whose worker is not heard of for so long is given to another. */
  lockMs?: number;
}

/** Of a worker that was killed, its jobs are given to another within twice this. */
const LOCK_MS = 10_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** A bug does not go away by itself; a few tries, in case it was the weather. */
const ATTEMPTS_AT_A_BUG = 5;
/** How often a job may lose its worker before it counts as the job's fault. */
const LOST_WORKERS = 10;

/** Takes jobs out of Redis and does them, until closed. Rides out a Redis that is gone. */
export class JobWorkers {
  readonly #workers: readonly Worker[];
  readonly #connection;

  constructor(private readonly options: JobWorkersOptions) {
    this.#connection = patientConnection(options.url);
    this.#workers = (Object.keys(JOBS) as JobName[]).map((name) => this.#workerOf(name));
  }

  /**
   * Lets running jobs end, and takes no more. While Redis is gone it does not wait for them: nobody could be told that
   * they were done, and they are done again.
   */
  async close(): Promise<void> {
    const isThere = this.#connection.status === 'ready'; // BullMQ would wait for ever
    await Promise.all(this.#workers.map((worker) => worker.close(!isThere)));
    this.#connection.disconnect();
  }

  #workerOf<Name extends JobName>(name: Name): Worker {
    const { concurrency, prefix, lockMs = LOCK_MS, takers, onFailed, clock } = this.options;
    const take = async (job: Job, token?: string): Promise<void> => {
      const attempt = job.attemptsMade + 1;
      try {
        await takers[name](JOBS[name].parse(job.data) as JobPayload<Name>, { attempt });
      } catch (error) {
        if (error instanceof NotYet) {
          await job.moveToDelayed(clock.date().getTime() + error.delayMs, token);
          throw new DelayedError();
        }
        const final = !isPassing(error) && attempt >= ATTEMPTS_AT_A_BUG;
        onFailed({ name, key: job.id ?? '', attempt, final, error });
        throw final ? new UnrecoverableError(nameOf(error)) : new Error(nameOf(error));
      }
    };
    const worker = new Worker(name, take, {
      connection: this.#connection,
      prefix: prefix ?? DEFAULT_PREFIX,
      concurrency: concurrency[name],
      lockDuration: lockMs,
      stalledInterval: lockMs,
      maxStalledCount: LOST_WORKERS,
      settings: { backoffStrategy: (attempts) => Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS) },
    });
    worker.on('error', () => undefined); // its connection is gone, and comes back; what a job threw is told by `onFailed`
    return worker;
  }
}

const isPassing = (error: unknown): boolean => error instanceof OperationalError && error.retryable;

/** What BullMQ keeps with the job in Redis: no text of anybody's. */
const nameOf = (error: unknown): string =>
  error instanceof OperationalError ? error.code : error instanceof Error ? error.name : 'unknown';
