import type { Prisma } from './generated/prisma/client.js';
import { storableJson, storableText } from './storable.js';

/** What a carrier adds to a call's record. */
export interface CarrierNoteEntry {
  /** Null for a short message, which belongs to two numbers. */
  carrierCallId: string | null;
  type: string;
  at: Date | undefined;
  /** E.164, of a message. */
  from?: string | undefined;
  to?: string | undefined;
  data: Readonly<Record<string, unknown>>;
}

/** As it is kept. */
export interface CarrierNoteRow {
  type: string;
  at: Date;
  data: Readonly<Record<string, unknown>>;
}

/** What a call is known by, for what was noted of it. */
export interface NotedCallFacts {
  carrier: string;
  carrierCallId: string | null;
  from: string | null;
  to: string | null;
  startedAt: Date;
  endedAt: Date | null;
}

export function noteRow(
  { carrierCallId, type, at, from, to, data }: CarrierNoteEntry,
  known: { carrier: string; dedupeKey: string; receivedAt: Date },
): Prisma.CarrierNoteCreateManyInput {
  const { carrier, dedupeKey, receivedAt } = known;
  return {
    ...{ carrier, dedupeKey, type: storableText(type), from: from ?? null, to: to ?? null },
    carrierCallId: carrierCallId && storableText(carrierCallId),
    at: at ?? receivedAt,
    data: storableJson(data),
  };
}

/** Messages between the call's two numbers count as its own from its start until so long after its end. */
const MESSAGES_UNTIL_MS = 24 * 3_600_000;

/** Undefined when nothing can have been noted. */
export function notesAbout(call: NotedCallFacts): Prisma.CarrierNoteWhereInput | undefined {
  const { carrier, carrierCallId, from, to, startedAt, endedAt } = call;
  const about: Prisma.CarrierNoteWhereInput[] = [];
  if (carrierCallId !== null) about.push({ carrierCallId });
  if (from !== null && to !== null) {
    const at = { gte: startedAt, ...(endedAt && { lte: new Date(endedAt.getTime() + MESSAGES_UNTIL_MS) }) };
    about.push({ carrierCallId: null, at, from, to }, { carrierCallId: null, at, from: to, to: from });
  }
  return about.length > 0 ? { carrier, OR: about } : undefined;
}
