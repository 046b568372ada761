import { z } from 'zod';

/**
 * Every job there is, and what it must be told. Ids only: what people said stays out of the queue.
 * To add a job, add a line; the worker does not compile until it does the job.
 */
export const JOBS = {
  /** Log from Redis to Postgres. Key: the call's id. */
  'finish-call': z.strictObject({ callId: z.uuid() }),
  /** The report of a call that is stored. Key: the call's id. */
  'report-call': z.strictObject({ callId: z.uuid() }),
  /** Dials a call that was ordered, when its time and its turn have come. Key: the call's id. */
  'dial-call': z.strictObject({ callId: z.uuid() }),
  /** Empties the inbox of webhooks into Postgres; told of one, stores all. Key: the webhook's id. */
  'store-webhook': z.strictObject({ webhookId: z.uuid() }),
} as const;

export type JobName = keyof typeof JOBS;
export type JobPayload<Name extends JobName> = z.output<(typeof JOBS)[Name]>;
