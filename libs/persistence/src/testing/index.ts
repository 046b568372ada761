export { begunCall, finishedCall } from './example-calls.js';
export { exampleSettings } from './example-settings.js';
export { type PostgresForSpecs, postgresForSpecs } from './postgres-for-specs.js';
