export { type JobName, type JobPayload, JOBS } from './job-payloads.js';
export { JobQueue, type JobsConfig } from './job-queue.js';
