import type { PrismaClient } from './prisma-client.js';

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

  /** Keeps the first delivery of a dedupe key and counts the others; the same `id` again counts nothing. @throws StoreError */
  async save(_webhook: RawWebhook): Promise<'new' | 'duplicate'> {
    throw new Error(String(this.prisma));
  }
}
