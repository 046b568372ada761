import type { CallQuery } from './call.js';
import type { Prisma } from './generated/prisma/client.js';

/** What a call must be to be listed. */
export function whereOf(query: Omit<CallQuery, 'limit' | 'cursor'>): Prisma.CallWhereInput {
  const { state, agentId, carrierCallId, direction, number, since, until, endReason, outcome } = query;
  return {
    ...(state && { state }),
    ...(agentId && { agentId }),
    ...(carrierCallId && { carrierCallId }),
    ...(direction && { direction }),
    ...(number && { OR: [{ from: number }, { to: number }] }),
    ...((since ?? until) && { startedAt: { ...(since && { gte: since }), ...(until && { lt: until }) } }),
    ...(endReason && { endReason }),
    ...(outcome && { report: { outcome } }),
  };
}
