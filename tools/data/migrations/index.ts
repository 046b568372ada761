import type { DataMigration } from '../data-migration.js';
import { reportOutcomeOfCalls } from './report-outcome-of-calls.js';

/** In the order in which they are to be run. */
export const DATA_MIGRATIONS: readonly DataMigration[] = [reportOutcomeOfCalls];
