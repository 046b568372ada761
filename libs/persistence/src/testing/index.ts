export { begunCall, finishedCall } from './example-calls.js';
export { makeCalls } from './many-calls.js';
export { exampleSettings } from './example-settings.js';
export { type PostgresForSpecs, postgresForSpecs } from './postgres-for-specs.js';
