import type { AgentId } from '@app/kernel';
import type { PrismaClient } from './prisma-client.js';

/** A telephone number of ours at a carrier, and the agent that answers it. */
export interface PhoneNumber {
  id: string;
  carrier: string;
  /** Digits with `+`. */
  e164: string;
  label: string;
  /** Secret: who holds it can open an audio socket as this number. */
  mediaToken: string;
  agent: { id: AgentId; slug: string; name: string; lines: number | null };
}

export class NumberStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** @throws StoreError */
  async byMediaToken(_token: string): Promise<PhoneNumber | undefined> {
    throw new Error(String(this.prisma));
  }

  /** @param e164 digits with `+` @throws StoreError */
  async byE164(_carrier: string, _e164: string): Promise<PhoneNumber | undefined> {
    throw new Error('not yet');
  }

  /** All of them, by carrier and number. @throws StoreError */
  async list(): Promise<PhoneNumber[]> {
    throw new Error('not yet');
  }
}
