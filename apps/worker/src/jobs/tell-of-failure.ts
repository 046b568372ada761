import type { Logger } from '@app/boot';
import type { FailedAttempt } from '@app/jobs';

/** A job that failed for good waits for somebody; any other is tried again. */
export const tellOfFailure =
  (log: Logger) =>
  ({ name, key, attempt, final, error }: FailedAttempt): void => {
    if (final) log.error({ error, job: name, jobId: key, attempt }, 'job failed for good, and is kept');
    else log.warn({ error, job: name, jobId: key, attempt }, 'job failed, and is tried again');
  };
