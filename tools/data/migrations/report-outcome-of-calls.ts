import type { DataMigration } from '../data-migration.js';

const UNTOLD =
  'FROM call_reports r JOIN calls c ON c.id = r.call_id WHERE r.outcome IS NOT NULL AND c.report_outcome IS NULL';

/** Calls are listed by what came of them; those whose report is older than the column get it here. */
export const reportOutcomeOfCalls: DataMigration = {
  name: 'report-outcome-of-calls',
  purpose: 'gives calls the outcome of their report, so that GET /calls?outcome=… finds those from before',
  shown: ['id', 'started_at', 'outcome'],
  count: async (client) => Number((await client.query<{ n: string }>(`SELECT count(*) AS n ${UNTOLD}`)).rows[0]?.n),
  samples: async (client, most) =>
    (
      await client.query<Record<string, unknown>>(`SELECT c.id, c.started_at, c."from", r.outcome ${UNTOLD} LIMIT $1`, [
        most,
      ])
    ).rows,
  batch: async (client, position, rows) => {
    const found = await client.query<{ last: string | null; changed: string }>(
      `WITH next AS (
         SELECT call_id, outcome FROM call_reports WHERE $1::uuid IS NULL OR call_id > $1::uuid ORDER BY call_id LIMIT $2
       ), told AS (
         UPDATE calls SET report_outcome = next.outcome FROM next
         WHERE calls.id = next.call_id AND next.outcome IS NOT NULL AND calls.report_outcome IS NULL RETURNING calls.id
       )
       SELECT (SELECT call_id FROM next ORDER BY call_id DESC LIMIT 1) AS last, (SELECT count(*) FROM told) AS changed`,
      [position, rows],
    );
    const [{ last = null, changed = '0' } = {}] = found.rows;
    return { changed: Number(changed), position: last };
  },
};
