import type { CallQuery } from './call.js';
import type { Prisma } from './generated/prisma/client.js';

/** What a call must be to be listed, but for its number. */
export function whereOf(query: Omit<CallQuery, 'limit' | 'cursor' | 'number'>): Prisma.CallWhereInput {
  const { state, agentId, carrierCallId, direction, since, until, endReason, outcome } = query;
  return {
    ...(state && { state }),
    ...(agentId && { agentId }),
    ...(carrierCallId && { carrierCallId }),
    ...(direction && { direction }),
    ...((since ?? until) && { startedAt: { ...(since && { gte: since }), ...(until && { lt: until }) } }),
    ...(endReason && { endReason }),
    ...(outcome && { reportOutcome: outcome }),
  };
}

/** Each side on which a number can be has an index of its own, and is asked for by itself. */
export const sidesOf = (number: string | undefined): Prisma.CallWhereInput[] =>
  number === undefined ? [{}] : [{ from: number }, { to: number }];

/** Those that come after a call in the list. The bound that says less is what an index can begin at. */
export const after = ({ startedAt, id }: { startedAt: Date; id: string }): Prisma.CallWhereInput => ({
  startedAt: { lte: startedAt },
  OR: [{ startedAt: { lt: startedAt } }, { id: { lt: id } }],
});

/** The newest of several lists in one, each once. */
export function newestOf<Row extends { id: string; startedAt: Date }>(lists: readonly Row[][], most: number): Row[] {
  const rows = new Map(lists.flat().map((row) => [row.id, row]));
  const isNewer = (a: Row, b: Row) => b.startedAt.getTime() - a.startedAt.getTime() || (a.id < b.id ? 1 : -1);
  return [...rows.values()].sort(isNewer).slice(0, most);
}
