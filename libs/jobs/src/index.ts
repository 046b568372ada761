export { type JobsConfig, JobsUnavailable } from './job-connection.js';
export { type JobName, type JobPayload, JOBS } from './job-payloads.js';
export { JobQueue } from './job-queue.js';
export {
  type FailedAttempt,
  type JobTakers,
  type JobTry,
  JobWorkers,
  type JobWorkersOptions,
  NotYet,
} from './job-workers.js';
