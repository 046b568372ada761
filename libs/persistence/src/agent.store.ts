import { type CallSettings, StoreError } from '@app/conversation/ports';
import type { AgentId } from '@app/kernel';
import type { Prisma } from './generated/prisma/client.js';
import type { PrismaClient } from './prisma-client.js';
import { readSettings } from './settings.schema.js';
import { stored } from './stored.js';

export interface Agent {
  id: AgentId;
  slug: string;
  name: string;
  /** BCP 47 of what it speaks. */
  language: string;
  liveVersion: number;
  /** Lines of its own; null: the installation's. */
  lines: number | null;
  /** Our numbers that it answers, E.164. */
  numbers: readonly string[];
}

const WITH_LIVE_VERSION = {
  numbers: { select: { e164: true }, orderBy: { e164: 'asc' } },
  versions: { select: { number: true, settings: true } },
} satisfies Prisma.AgentInclude;

type AgentRow = Prisma.AgentGetPayload<{ include: typeof WITH_LIVE_VERSION }>;

export class AgentStore {
  constructor(private readonly prisma: PrismaClient) {}

  /** All that take calls, by name. @throws StoreError */
  async list(): Promise<Agent[]> {
    const rows = await stored(
      this.prisma.agent.findMany({
        where: { retiredAt: null, liveVersion: { gt: 0 } },
        include: WITH_LIVE_VERSION,
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
      }),
    );
    return rows.map(agentOf);
  }

  /** A retired one too: calls of the past name it. @param agentId a UUID @throws StoreError */
  async get(agentId: string): Promise<Agent | undefined> {
    const row = await stored(this.prisma.agent.findUnique({ where: { id: agentId }, include: WITH_LIVE_VERSION }));
    return row ? agentOf(row) : undefined;
  }

  /** What a new call of this agent begins with. @throws StoreError `not-found`; `unreadable` names what is wrong in them */
  async settingsOf(agentId: string): Promise<CallSettings> {
    const row = await stored(
      this.prisma.agent.findFirst({ where: { id: agentId, retiredAt: null }, include: WITH_LIVE_VERSION }),
    );
    if (!row) throw new StoreError('postgres', 'not-found', { detail: 'agent' });
    const { hours: _hours, ...settings } = liveSettingsOf(row); // routing asks for them; a call does not
    return { ...settings, agent: { id: row.id, version: row.liveVersion, ...settings.agent } };
  }

  /** What a call of the past began with, also of an agent that is retired. @throws StoreError as `settingsOf` */
  async settingsAt(agentId: string, version: number): Promise<CallSettings> {
    const row = await stored(
      this.prisma.agentVersion.findUnique({
        where: { agentId_number: { agentId, number: version } },
        include: { agent: { select: { slug: true } } },
      }),
    );
    if (!row) throw new StoreError('postgres', 'not-found', { detail: `version ${version} of an agent` });
    const settings = readSettings(row.agent.slug, row.settings);
    return { ...settings, agent: { id: agentId, version, ...settings.agent } };
  }
}

/** @throws StoreError `not-found`, `unreadable` */
export function liveSettingsOf({
  slug,
  liveVersion,
  versions,
}: {
  slug: string;
  liveVersion: number;
  versions: readonly { number: number; settings: unknown }[];
}) {
  const live = versions.find(({ number }) => number === liveVersion);
  if (!live) throw new StoreError('postgres', 'not-found', { detail: `version ${liveVersion} of ${slug}` });
  return readSettings(slug, live.settings);
}

const agentOf = (row: AgentRow): Agent => ({
  id: row.id as AgentId,
  slug: row.slug,
  name: row.name,
  language: liveSettingsOf(row).agent.language,
  liveVersion: row.liveVersion,
  lines: row.lines,
  numbers: row.numbers.map(({ e164 }) => e164),
});
