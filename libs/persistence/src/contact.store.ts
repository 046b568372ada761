import type { PrismaClient } from './prisma-client.js';

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
  async byNumber(_e164: string): Promise<Contact | undefined> {
    throw new Error(String(this.prisma));
  }
}
