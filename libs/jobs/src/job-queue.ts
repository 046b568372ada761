import type { JobName, JobPayload } from './job-payloads.js';

export interface JobsConfig {
  /** `redis://…`. */
  url: string;
  /** Stands before every key. */
  prefix?: string;
}

/** Puts work off. */
export class JobQueue {
  constructor(private readonly config: JobsConfig) {}

  /** Asking twice with the same key is once, for as long as the job is known (a day after it was done). @throws when Redis is gone */
  async add<Name extends JobName>(
    _name: Name,
    _key: string,
    _payload: JobPayload<Name>,
    _options?: { delayMs?: number },
  ): Promise<void> {
    throw new Error(String(this.config));
  }

  /** Lets a delayed job begin now. False when there is none that waits. @throws when Redis is gone */
  async promote(_name: JobName, _key: string): Promise<boolean> {
    throw new Error('not yet');
  }

  async close(): Promise<void> {
    throw new Error('not yet');
  }
}
