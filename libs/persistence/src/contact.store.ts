import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

export interface Contact {
  id: string;
  e164: string;
  name: string | null;
  language: string | null;
  doNotCall: boolean;
}

export class ContactStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** @param e164 digits with `+` @throws StoreError */
  async byNumber(e164: string): Promise<Contact | undefined> {
    const select = { id: true, e164: true, name: true, language: true, doNotCall: true };
    return (await stored(this.prisma.contact.findUnique({ where: { e164 }, select }))) ?? undefined;
  }
}
