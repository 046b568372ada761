import { type CarrierNoteEntry, noteRow } from './carrier-notes.js';
import type { Prisma } from './generated/prisma/client.js';
import type { PrismaClient } from './prisma-client.js';
import { storableText } from './storable.js';
import { stored } from './stored.js';

/** A webhook as it came. */
export interface RawWebhook {
  /** UUID of this delivery. */
  id: string;
  carrier: string;
  section: string;
  /** Hash of what makes a delivery the same one, without the attempt. */
  dedupeKey: string;
  resource: string | null;
  event: string | null;
  /** The verification that it passed: `jwt-v1`, `token`. */
  verifiedBy: string;
  /** The exact text. */
  body: string;
  receivedAt: Date;
}

export class WebhookStore {
  constructor(private readonly prisma: PrismaClient) {}

  /**
   * Keeps the first delivery of a dedupe key, and counts the others. The first one again, by its `id`, counts nothing
   * and is `new` again: whoever saved it may have died before acting on it.
   *
   * @param note what of it belongs to a call's record: kept with it, once @throws StoreError
   */
  async save(webhook: RawWebhook, note?: CarrierNoteEntry): Promise<'new' | 'duplicate'> {
    const row = {
      ...webhook,
      resource: webhook.resource && storableText(webhook.resource),
      event: webhook.event && storableText(webhook.event),
      body: storableText(webhook.body),
    };
    const keep = this.prisma.rawWebhook.createMany({ data: row, skipDuplicates: true });
    const made = await stored(note ? this.#both(keep, noteRow(note, webhook)) : keep);
    if (made.count > 0) return 'new';
    const counted = await stored(
      this.prisma.rawWebhook.updateMany({
        where: { dedupeKey: webhook.dedupeKey, id: { not: webhook.id } },
        data: { deliveries: { increment: 1 } },
      }),
    );
    return counted.count > 0 ? 'duplicate' : 'new';
  }

  /** The webhook and its note, or neither. */
  async #both(
    keep: Prisma.PrismaPromise<{ count: number }>,
    note: Prisma.CarrierNoteCreateManyInput,
  ): Promise<{ count: number }> {
    const [kept] = await this.prisma.$transaction([
      keep,
      this.prisma.carrierNote.createMany({ data: note, skipDuplicates: true }),
    ]);
    return kept;
  }
}
