import type { PrismaClient } from '../prisma-client.js';

/** The newest of them began then; each one half a minute before the next. */
export const NEWEST_AT = '2030-01-07T09:00:00.000Z';
/** Rang once, long ago. */
export const RARE_NUMBER = '+441632960999';
/** One of ours: every tenth call rings it. */
export const BUSY_NUMBER = '+441632960001';
/** Of one statement: a slow machine too makes so many before Postgres gives the statement up. */
const MOST_AT_ONCE = 20_000;

/**
 * Makes calls of years by SQL: most of them inbound and ended, every tenth one missed. What is rare is among the oldest,
 * where a search that begins with the newest finds it last: dialled by us, busy, of the rare number, with the outcome `unresolved`.
 */
export async function makeCalls(prisma: PrismaClient, count: number, agentId: string): Promise<void> {
  for (let from = 1; from <= count; from += MOST_AT_ONCE) await makeSome(prisma, { from, count, agentId });
  await prisma.$executeRaw`ANALYZE calls`;
}

async function makeSome(
  prisma: PrismaClient,
  { from, count, agentId }: { from: number; count: number; agentId: string },
): Promise<void> {
  const to = Math.min(count, from + MOST_AT_ONCE - 1);
  await prisma.$executeRaw`
    INSERT INTO calls (id, direction, state, carrier, carrier_call_id, "from", "to", agent_id, agent_version, started_at,
                       ended_at, end_reason, ending, duration_ms, finished_at, report_outcome)
    SELECT gen_random_uuid(),
           (CASE WHEN n > ${count} - 20 THEN 'outbound' ELSE 'inbound' END)::"CallDirection",
           (CASE WHEN n % 10 = 0 THEN 'missed' ELSE 'ended' END)::"CallState",
           'ringover', (1800000000000000000 + n)::text,
           CASE WHEN n = ${count} - 7 THEN ${RARE_NUMBER} ELSE '+33' || (600000000 + (n::bigint * 7919) % 100000) END,
           '+44163296000' || (n % 10), ${agentId}::uuid, 1, ${NEWEST_AT}::timestamptz - n * interval '30 seconds',
           ${NEWEST_AT}::timestamptz - n * interval '30 seconds' + interval '2 minutes',
           CASE WHEN n > ${count} - 30 THEN 'busy' ELSE 'caller-hung-up' END, 'confirmed', 120000,
           ${NEWEST_AT}::timestamptz,
           CASE WHEN n > ${count} - 40 THEN 'unresolved' WHEN n % 3 = 0 THEN NULL ELSE 'resolved' END
    FROM generate_series(${from}::int, ${to}::int) AS n`;
}
