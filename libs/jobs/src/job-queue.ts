import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import {
  DEFAULT_PREFIX,
  impatientConnection,
  type JobsConfig,
  JobsUnavailable,
  saysUnavailable,
} from './job-connection.js';
import { type JobName, type JobPayload, JOBS } from './job-payloads.js';

/** Tries with pauses that grow to a minute: two thirds of a day, for as long as what failed may come back by itself. */
const ATTEMPTS = 1_000;
const DONE_KEPT_S = 24 * 3_600;
const DONE_KEPT = 10_000;

/** Puts work off. Connects at its first use, and again by itself. */
export class JobQueue {
  readonly #queues = new Map<JobName, Queue>();
  #connection: Redis | undefined;

  constructor(private readonly config: JobsConfig) {}

  /**
   * Asking twice with the same key is once, for as long as the job is known: until a day after it was done, and for
   * ever when it failed for good.
   *
   * @param key no `:` in it @param options `priority`: 1 is taken first; what has none, before all that has one
   * @throws JobsUnavailable
   */
  async add<Name extends JobName>(
    name: Name,
    key: string,
    payload: JobPayload<Name>,
    options: { delayMs?: number; priority?: number } = {},
  ): Promise<void> {
    const data = JOBS[name].parse(payload);
    await this.#ask(name, (queue) =>
      queue.add(name, data, {
        jobId: key,
        delay: options.delayMs ?? 0,
        ...(options.priority !== undefined && { priority: options.priority }),
        attempts: ATTEMPTS,
        backoff: { type: 'growing' },
        removeOnComplete: { age: DONE_KEPT_S, count: DONE_KEPT },
        removeOnFail: false,
      }),
    );
  }

  /** Lets a delayed job begin now. False when there is none that waits. @throws JobsUnavailable */
  async promote(name: JobName, key: string): Promise<boolean> {
    return this.#ask(name, async (queue) => {
      const job = await queue.getJob(key);
      if (!job || !(await job.isDelayed())) return false;
      try {
        await job.promote();
        return true;
      } catch (error) {
        if (await job.isDelayed()) throw error;
        return false; // it fell due in between
      }
    });
  }

  /** Forgets a job, done or not. False when there is none, or it runs now. @throws JobsUnavailable */
  async forget(name: JobName, key: string): Promise<boolean> {
    return this.#ask(name, async (queue) => (await queue.remove(key)) === 1);
  }

  async close(): Promise<void> {
    await Promise.allSettled([...this.#queues.values()].map((queue) => queue.close()));
    this.#connection?.disconnect();
  }

  async #ask<T>(name: JobName, work: (queue: Queue) => Promise<T>): Promise<T> {
    try {
      const connection = await this.#connected();
      return await work(this.#queue(name, connection));
    } catch (error) {
      if (!saysUnavailable(error)) throw error;
      throw new JobsUnavailable(name, { cause: error });
    }
  }

  /** Made on a connection that is up: BullMQ asks it for its version at once, and never again when that failed. */
  #queue(name: JobName, connection: Redis): Queue {
    const known = this.#queues.get(name);
    if (known) return known;
    const queue = new Queue(name, {
      connection,
      prefix: this.config.prefix ?? DEFAULT_PREFIX,
      skipWaitingForReady: true,
    });
    queue.on('error', () => undefined); // each call that it concerns fails by itself
    this.#queues.set(name, queue);
    return queue;
  }

  /** The first use waits for the connection; later ones do not, they fail. */
  async #connected(): Promise<Redis> {
    const connection = (this.#connection ??= impatientConnection(this.config.url));
    if (connection.status === 'ready') return connection;
    if (connection.status !== 'connecting' && connection.status !== 'connect')
      throw new JobsUnavailable('no connection');
    await new Promise<void>((resolve, reject) => {
      connection.once('ready', resolve);
      connection.once('close', () => reject(new JobsUnavailable('no connection')));
    });
    return connection;
  }
}
