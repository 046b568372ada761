import { StoreError } from '@app/conversation/ports';
import type { AgentId } from '@app/kernel';
import { liveSettingsOf } from './agent.store.js';
import type { Prisma } from './generated/prisma/client.js';
import { openingHours, type OpeningHours } from './opening-hours.js';
import type { AgentSettings } from './settings.schema.js';
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

/** An agent to whom a number's calls may be routed. */
export interface RouteCandidate {
  agentId: AgentId;
  slug: string;
  /** Lines of its own; null: the installation's. */
  lines: number | null;
  /** Null: always open. */
  hours: OpeningHours | null;
  /** Who hears, thinks and speaks for it. */
  providers?: AgentSettings['providers'];
  /** Its numbers at whatever carrier, in the order in which they were made. */
  numbers: readonly { carrier: string; e164: string }[];
}

/** A number of ours, and who may take its calls: its own agent, then those that stand in for it. */
export interface RoutedNumber {
  carrier: string;
  e164: string;
  candidates: readonly RouteCandidate[];
}

export const TO_ROUTE = {
  select: {
    id: true,
    slug: true,
    lines: true,
    liveVersion: true,
    retiredAt: true,
    versions: { select: { number: true, settings: true } },
    numbers: { select: { carrier: true, e164: true }, orderBy: { createdAt: 'asc' } },
  },
} satisfies Prisma.AgentDefaultArgs;

type AgentToRoute = Prisma.AgentGetPayload<typeof TO_ROUTE>;

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
    return row ? numberOf(row)[0] : undefined;
  }

  /** @param e164 digits with `+` @throws StoreError */
  async byE164(carrier: string, e164: string): Promise<PhoneNumber | undefined> {
    const row = await stored(
      this.prisma.phoneNumber.findUnique({ where: { carrier_e164: { carrier, e164 } }, include: WITH_AGENT }),
    );
    return row ? numberOf(row)[0] : undefined;
  }

  /** All that somebody answers, by carrier and number. @throws StoreError */
  async list(): Promise<PhoneNumber[]> {
    const rows = await stored(
      this.prisma.phoneNumber.findMany({ include: WITH_AGENT, orderBy: [{ carrier: 'asc' }, { e164: 'asc' }] }),
    );
    return rows.flatMap(numberOf);
  }

  /**
   * Decides who takes a number's calls: the first is the agent whose number it is, the others stand in for it, in this
   * order. All of it or nothing.
   *
   * @returns undefined when there is no such number, or an agent is none, is retired, or is named twice @throws StoreError
   */
  async assign(id: string, agentIds: readonly [AgentId, ...AgentId[]]): Promise<PhoneNumber | undefined> {
    const [agentId, ...others] = agentIds;
    return stored(
      this.prisma.$transaction(async (tx) => {
        const known = await tx.agent.count({ where: { id: { in: [...agentIds] }, retiredAt: null } });
        const rows = known === agentIds.length ? await tx.phoneNumber.findMany({ where: { id } }) : [];
        if (rows.length === 0) return undefined;
        await tx.numberAgent.deleteMany({ where: { numberId: id } });
        const standIns = others.map((other, at) => ({ numberId: id, agentId: other, place: at + 1 }));
        await tx.numberAgent.createMany({ data: standIns });
        const data = { agentId, revision: { increment: 1 } };
        return numberOf(await tx.phoneNumber.update({ where: { id }, data, include: WITH_AGENT }))[0];
      }),
    );
  }

  /** All numbers with those who may take their calls; an agent that is retired, or whose settings do not read, is left out. @throws StoreError */
  async routes(): Promise<RoutedNumber[]> {
    const others = { select: { agent: TO_ROUTE, hours: true }, orderBy: { place: 'asc' as const } };
    const rows = await stored(
      this.prisma.phoneNumber.findMany({ select: { carrier: true, e164: true, agent: TO_ROUTE, others } }),
    );
    return rows.map(({ carrier, e164, agent, others }) => ({
      ...{ carrier, e164 },
      candidates: [...(agent ? [{ agent, hours: null }] : []), ...others].flatMap((one) => candidateOf(one) ?? []),
    }));
  }
}

/** One that stands in does so in hours of its own where it has such. */
export function candidateOf(place: { agent: AgentToRoute; hours: unknown }): RouteCandidate | undefined {
  const { agent } = place;
  if (agent.retiredAt !== null) return undefined;
  try {
    const { hours: own = null, providers } = liveSettingsOf(agent);
    const { slug, lines, numbers } = agent;
    const hours = openingHours.safeParse(place.hours).data ?? own;
    return { agentId: agent.id as AgentId, slug, lines, hours, providers, numbers };
  } catch (error) {
    if (error instanceof StoreError) return undefined; // it takes no call either
    throw error;
  }
}

/** None while nobody answers it. */
const numberOf = ({ agent, ...row }: NumberRow): PhoneNumber[] => (agent ? [answered(row, agent)] : []);

const answered = (row: Omit<NumberRow, 'agent'>, agent: NonNullable<NumberRow['agent']>): PhoneNumber => ({
  id: row.id,
  carrier: row.carrier,
  e164: row.e164,
  label: row.label,
  mediaToken: row.mediaToken,
  agent: { ...agent, id: agent.id as AgentId },
});
