import type { FaultCentre } from './fault-centre.js';

/** What the jobs that come after a call have written of it. Nothing in the database would refuse a second leg. */
export interface Written {
  /** finish-call has stored its record. */
  stored: boolean;
  legs: number;
  logs: number;
  reports: number;
}

/** Done once, all of it. */
export const ONCE: Written = { stored: true, legs: 1, logs: 1, reports: 1 };

const SQL = `
  SELECT EXISTS (SELECT FROM calls WHERE id = $1 AND finished_at IS NOT NULL) AS stored,
         (SELECT count(*)::int FROM call_legs WHERE call_id = $1) AS legs,
         (SELECT count(*)::int FROM call_logs WHERE call_id = $1) AS logs,
         (SELECT count(*)::int FROM call_reports WHERE call_id = $1) AS reports`;

export async function writtenOf(centre: FaultCentre, callId: string): Promise<Written> {
  const [written] = await centre.query<Written>(SQL, [callId]);
  if (!written) throw new Error('a query without FROM has one row');
  return written;
}
