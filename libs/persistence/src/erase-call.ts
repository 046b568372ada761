import type { Prisma } from './generated/prisma/client.js';

/** What a call left outside of Postgres. */
export interface ErasedCall {
  carrier: string;
  carrierCallId: string | null;
  /** The name of its recording. */
  recordingPath: string | null;
}

/** Webhooks about a call come around the time of it; a carrier repeats them for a day. */
const TOLD_BEFORE_MS = 3_600_000;
const TOLD_AFTER_MS = 3 * 24 * 3_600_000;
const NOBODY = { name: 'erased', phone: null, subject: '' };

export async function eraseIn(tx: Prisma.TransactionClient, callId: string): Promise<ErasedCall | undefined> {
  const [call] = await tx.call.findMany({
    where: { id: callId, OR: [{ finishedAt: { not: null } }, { state: 'missed' }] },
  });
  if (!call) return undefined;
  const { carrier, carrierCallId, recordingPath, startedAt, endedAt } = call;
  if (carrierCallId !== null) {
    const notes = await tx.carrierNote.findMany({ where: { carrier, carrierCallId }, select: { dedupeKey: true } });
    const receivedAt = {
      gte: new Date(startedAt.getTime() - TOLD_BEFORE_MS),
      lte: new Date((endedAt ?? startedAt).getTime() + TOLD_AFTER_MS),
    };
    const about = [{ dedupeKey: { in: notes.map(({ dedupeKey }) => dedupeKey) } }, { body: { contains: carrierCallId }, receivedAt }]; // prettier-ignore
    await tx.rawWebhook.deleteMany({ where: { carrier, OR: about } });
    await tx.carrierNote.deleteMany({ where: { carrier, carrierCallId } });
  }
  await tx.appointment.updateMany({ where: { madeBy: { startsWith: callId } }, data: NOBODY });
  await tx.call.delete({ where: { id: callId } });
  return { carrier, carrierCallId, recordingPath };
}
