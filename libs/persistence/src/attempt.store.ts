import { StoreError } from '@app/conversation/ports';
import type { Attempt, AttemptEnd, AttemptState, NewAttempt } from './attempt.js';
import { attemptOf, dropIn, queueIn, tryAgainIn } from './attempt-rows.js';
import type { Prisma } from './generated/prisma/client.js';
import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

/** Those whose stream may still come. */
const OPEN = ['attempting', 'doubtful', 'dialling'] as const satisfies AttemptState[];

/**
 * Calls that we place. Every change says from which states it may be made, so that of a stream that comes, a webhook, a
 * look-up and the process that asked, the first one decides.
 */
export class AttemptStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** Writes the first try, queued, and its call. With a key that is known, nothing: the first one comes back. @throws StoreError */
  async record(attempt: NewAttempt): Promise<{ attempt: Attempt; isNew: boolean }> {
    const isNew = await this.#isRecorded(attempt);
    const where = isNew ? { callId: attempt.callId } : { idempotencyKey: attempt.idempotencyKey ?? '' };
    return { attempt: attemptOf(await stored(this.prisma.outboundAttempt.findUniqueOrThrow({ where }))), isNew };
  }

  /** @throws StoreError */
  async byIdempotencyKey(idempotencyKey: string): Promise<Attempt | undefined> {
    const row = await stored(this.prisma.outboundAttempt.findUnique({ where: { idempotencyKey } }));
    return row ? attemptOf(row) : undefined;
  }

  /** @throws StoreError */
  async get(callId: string): Promise<Attempt | undefined> {
    const row = await stored(this.prisma.outboundAttempt.findUnique({ where: { callId } }));
    return row ? attemptOf(row) : undefined;
  }

  /** By the carrier's id, whatever became of it. @throws StoreError */
  async byCarrierCallId(carrier: string, carrierCallId: string): Promise<Attempt | undefined> {
    const row = await stored(this.prisma.outboundAttempt.findFirst({ where: { carrier, carrierCallId } }));
    return row ? attemptOf(row) : undefined;
  }

  /** Those whose stream may still come, oldest first; at one of our numbers, or at all. @throws StoreError */
  async open(number?: string): Promise<Attempt[]> {
    const where = { state: { in: [...OPEN] }, ...(number !== undefined && { number }) };
    const rows = await stored(this.prisma.outboundAttempt.findMany({ where, orderBy: { createdAt: 'asc' } }));
    return rows.map(attemptOf);
  }

  /** Nobody knows whether the carrier was asked. @throws StoreError */
  async doubt(callId: string, doubtedAt: Date): Promise<boolean> {
    return this.#change({ callId, state: 'attempting' }, { state: 'doubtful', doubtedAt });
  }

  /** The carrier has it. @throws StoreError */
  async dialling(callId: string, ids: CarrierIds): Promise<boolean> {
    const note = () => stored(this.prisma.$transaction((tx) => dialIn(tx, callId, ids)));
    try {
      return await note();
    } catch (error) {
      if (error instanceof StoreError && error.failure === 'conflict') return note(); // its own word of the call was written meanwhile
      throw error;
    }
  }

  /**
   * Its stream came, be it after the call was taken for over: false when another took it. A stream that comes so late must
   * say which call it is. @throws StoreError
   */
  async connect(callId: string, carrierCallId: string | null, at: Date): Promise<boolean> {
    const data = { state: 'connected' as const, outcome: 'answered', settledAt: at };
    const ids = carrierCallId === null ? {} : { carrierCallId };
    if (await this.#change({ callId, state: { in: [...OPEN] } }, { ...data, ...ids })) return true;
    return carrierCallId !== null && stored(this.prisma.$transaction((tx) => connectLate(tx, { callId, carrierCallId }, data))); // prettier-ignore
  }

  /** It ended without a conversation; its call says so too, and the next try is in the queue where one is wanted. False when it is settled already. @throws StoreError */
  async end(callId: string, { outcome, failure, at, againAt }: AttemptEnd): Promise<boolean> {
    const state = outcome === 'uncertain' ? 'uncertain' : 'over';
    const data = { state, outcome, settledAt: at, ...(failure !== undefined && { failure }) } as const;
    return stored(
      this.prisma.$transaction(async (tx) => {
        const where = { callId, state: { in: [...OPEN] } };
        if ((await tx.outboundAttempt.updateMany({ where, data })).count === 0) return false;
        const ended = { state: 'missed' as const, endReason: outcome, endedAt: at };
        await tx.call.updateMany({ where: { id: callId, state: 'ringing' }, data: ended });
        await tryAgainIn(tx, { callId, outcome, at, againAt });
        return true;
      }),
    );
  }

  /**
   * A machine took it, as is known when the conversation is over. `told`: it got its message, so that nobody is called
   * again; where that is not known, an order that leaves messages is not tried again either. @throws StoreError
   */
  async noteVoicemail(callId: string, { at, told }: { at: Date; told?: boolean }): Promise<void> {
    const data = { outcome: 'voicemail' };
    const over = { id: callId, state: 'ended' as const };
    await stored(
      this.prisma.$transaction(async (tx) => {
        const noted = await tx.outboundAttempt.updateMany({ where: { callId, state: 'connected' }, data });
        await tx.call.updateMany({ where: over, data: { endReason: 'voicemail' } });
        if (noted.count === 0 || told) return;
        const [row] = await tx.outboundAttempt.findMany({ where: { callId } });
        if (row && (told === false || attemptOf(row).terms.onMachine.then !== 'leave-message'))
          await tryAgainIn(tx, { callId, ...data, at });
      }),
    );
  }

  /** False when the key is there already, also when another wrote it just now. */
  async #isRecorded(attempt: NewAttempt): Promise<boolean> {
    try {
      return await stored(this.prisma.$transaction((tx) => recordIn(tx, attempt)));
    } catch (error) {
      if (attempt.idempotencyKey !== null && error instanceof StoreError && error.failure === 'conflict') return false;
      throw error;
    }
  }

  async #change(where: Prisma.OutboundAttemptWhereInput, data: Prisma.OutboundAttemptUpdateManyMutationInput) {
    return (await stored(this.prisma.outboundAttempt.updateMany({ where, data }))).count > 0;
  }
}

interface CarrierIds {
  carrierCallId: string;
  channelId: string | null;
}

/** A word of the carrier's may have come before its answer, and stands as a missed call of its own: it gives way to the call that was placed. */
async function dialIn(
  tx: Prisma.TransactionClient,
  callId: string,
  { carrierCallId, channelId }: CarrierIds,
): Promise<boolean> {
  const where = { callId, state: { in: ['attempting' as const, 'doubtful' as const] } };
  const data = { state: 'dialling' as const, carrierCallId, channelId };
  if ((await tx.outboundAttempt.updateMany({ where, data })).count === 0) return false;
  await tx.call.deleteMany({ where: { carrierCallId, state: 'missed', attempt: null } });
  const taken = await tx.call.count({ where: { carrierCallId, id: { not: callId } } });
  if (taken === 0) await tx.call.updateMany({ where: { id: callId, state: 'ringing' }, data: { carrierCallId } });
  return true;
}

/** Who was taken for gone is on the line: the call rings again until it goes live, and nobody is called a second time for it. */
async function connectLate(
  tx: Prisma.TransactionClient,
  { callId, carrierCallId }: { callId: string; carrierCallId: string },
  data: Prisma.OutboundAttemptUpdateManyMutationInput & { settledAt: Date },
): Promise<boolean> {
  const where = { callId, carrierCallId, state: { in: ['over' as const, 'uncertain' as const] } };
  if ((await tx.outboundAttempt.updateMany({ where, data: { ...data, failure: null } })).count === 0) return false;
  const rings = { state: 'ringing' as const, endReason: null, endedAt: null };
  await tx.call.updateMany({ where: { id: callId, state: 'missed' }, data: rings });
  const { orderId } = await tx.outboundAttempt.findUniqueOrThrow({ where: { callId }, select: { orderId: true } });
  const waiting = await tx.outboundAttempt.findMany({ where: { orderId, state: 'queued' }, select: { callId: true } });
  for (const { callId: next } of waiting) await dropIn(tx, next, { outcome: 'cancelled', at: data.settledAt });
  return true;
}

async function recordIn(tx: Prisma.TransactionClient, attempt: NewAttempt): Promise<boolean> {
  const { idempotencyKey, callId } = attempt;
  if (idempotencyKey !== null && (await tx.outboundAttempt.count({ where: { idempotencyKey } })) > 0) return false;
  await queueIn(tx, attempt, { orderId: callId, tryNumber: 1 });
  return true;
}
