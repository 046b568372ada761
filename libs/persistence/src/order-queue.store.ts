import type { Attempt, AttemptDrop } from './attempt.js';
import { attemptOf, dropIn } from './attempt-rows.js';
import type { Prisma } from './generated/prisma/client.js';
import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

const IN_ORDER = [{ priority: 'asc' as const }, { dueAt: 'asc' as const }, { callId: 'asc' as const }];

/** What is ordered and not dialled yet. A try leaves the queue once, and never comes back: the next one is another row. */
export class OrderQueue {
  constructor(private readonly prisma: PrismaClient) {}

  /** Of those of an agent that may be dialled, the one whose turn it is. @throws StoreError */
  async next(agentId: string, now: Date): Promise<Attempt | undefined> {
    const where = { state: 'queued' as const, agentId, dueAt: { lte: now } };
    const row = await stored(this.prisma.outboundAttempt.findFirst({ where, orderBy: IN_ORDER }));
    return row ? attemptOf(row) : undefined;
  }

  /** Those that may be dialled by then, in order, over all agents. @throws StoreError */
  async due(by: Date, limit: number): Promise<Attempt[]> {
    const where = { state: 'queued' as const, dueAt: { lte: by } };
    const rows = await stored(this.prisma.outboundAttempt.findMany({ where, orderBy: IN_ORDER, take: limit }));
    return rows.map(attemptOf);
  }

  /** How many of its agent go before it, of those that are due when it is. @throws StoreError */
  async ahead({ agentId, priority, dueAt, callId }: Attempt, now: Date): Promise<number> {
    const isDue = { lte: dueAt > now ? dueAt : now };
    const before: Prisma.OutboundAttemptWhereInput = {
      OR: [
        { priority: { lt: priority }, dueAt: isDue },
        { priority, dueAt: { lt: dueAt } },
        { priority, dueAt, callId: { lt: callId } },
      ],
    };
    return stored(this.prisma.outboundAttempt.count({ where: { state: 'queued', agentId, ...before } }));
  }

  /** All tries of what a call belongs to, in order; none for a call that nobody ordered. @throws StoreError */
  async triesOf(callId: string): Promise<Attempt[]> {
    const found = await this.#tries({ OR: [{ callId }, { orderId: callId }] }); // an order has the id of its first call
    const orderId = found.find((row) => row.callId === callId)?.orderId;
    if (orderId === undefined) return [];
    return (orderId === callId ? found : await this.#tries({ orderId })).map(attemptOf);
  }

  /**
   * Takes it out of the queue to dial it: whoever is answered true asks the carrier, once, and nobody else does, also
   * after a crash. @throws StoreError
   */
  async begin(callId: string, { agentVersion, at }: { agentVersion: number; at: Date }): Promise<boolean> {
    const attempting = { state: 'attempting' as const, createdAt: at };
    const ringing = { state: 'ringing' as const, startedAt: at, ringingAt: at, agentVersion };
    return stored(
      this.prisma.$transaction(async (tx) => {
        const left = await tx.outboundAttempt.updateMany({ where: { callId, state: 'queued' }, data: attempting });
        if (left.count === 0) return false;
        await tx.call.updateMany({ where: { id: callId, state: 'queued' }, data: ringing });
        return true;
      }),
    );
  }

  /** It ends without having been dialled, and so does its call. @throws StoreError */
  async drop(callId: string, drop: AttemptDrop): Promise<boolean> {
    return stored(this.prisma.$transaction((tx) => dropIn(tx, callId, drop)));
  }

  /** It is not to be dialled before then. @throws StoreError */
  async putOff(callId: string, dueAt: Date): Promise<void> {
    const where = { callId, state: 'queued' as const };
    await stored(this.prisma.outboundAttempt.updateMany({ where, data: { dueAt } }));
  }

  #tries(where: Prisma.OutboundAttemptWhereInput) {
    return stored(this.prisma.outboundAttempt.findMany({ where, orderBy: { tryNumber: 'asc' } }));
  }
}
