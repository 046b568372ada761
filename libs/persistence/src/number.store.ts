import type { AgentId } from '@app/kernel';
import type { Prisma } from './generated/prisma/client.js';
import type { PrismaClient } from './prisma-client.js';
import { stored } from './stored.js';

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

const WITH_AGENT = {
  agent: { select: { id: true, slug: true, name: true, lines: true } },
} satisfies Prisma.PhoneNumberInclude;

type NumberRow = Prisma.PhoneNumberGetPayload<{ include: typeof WITH_AGENT }>;

export class NumberStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** @throws StoreError */
  async byMediaToken(token: string): Promise<PhoneNumber | undefined> {
    if (token.includes('\0')) return undefined; // it comes from an address that anybody may ask for
    const row = await stored(this.prisma.phoneNumber.findUnique({ where: { mediaToken: token }, include: WITH_AGENT }));
    return row ? numberOf(row) : undefined;
  }

  /** @param e164 digits with `+` @throws StoreError */
  async byE164(carrier: string, e164: string): Promise<PhoneNumber | undefined> {
    const row = await stored(
      this.prisma.phoneNumber.findUnique({ where: { carrier_e164: { carrier, e164 } }, include: WITH_AGENT }),
    );
    return row ? numberOf(row) : undefined;
  }

  /** All of them, by carrier and number. @throws StoreError */
  async list(): Promise<PhoneNumber[]> {
    const rows = await stored(
      this.prisma.phoneNumber.findMany({ include: WITH_AGENT, orderBy: [{ carrier: 'asc' }, { e164: 'asc' }] }),
    );
    return rows.map(numberOf);
  }
}

const numberOf = (row: NumberRow): PhoneNumber => ({
  id: row.id,
  carrier: row.carrier,
  e164: row.e164,
  label: row.label,
  mediaToken: row.mediaToken,
  agent: { ...row.agent, id: row.agent.id as AgentId },
});
