import type { Prisma } from './generated/prisma/client.js';
import type { PrismaClient } from './prisma-client.js';
import { type AgentSettings, readSettings } from './settings.schema.js';
import { storableJson } from './storable.js';
import { stored } from './stored.js';

export interface NewAgent {
  /** Stable, lower case. */
  slug: string;
  settings: AgentSettings;
  numbers: readonly { carrier: string; e164: string; label: string; mediaToken: string }[];
  /** Slugs of agents, planted with it, that may take its numbers' calls when it cannot; first come, first asked. */
  standIns?: readonly string[];
}

/** Any number; whoever plants takes this lock of Postgres's, so that two who start together do not plant twice. */
const LOCK = 7_124_001;

/**
 * Fills an installation that has no agents, all of it or nothing; one that has any is left as it is.
 *
 * @returns whether they were planted @throws StoreError
 */
export async function plantAgents(prisma: PrismaClient, agents: readonly NewAgent[], now: Date): Promise<boolean> {
  return stored(
    prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT 1 AS locked FROM (SELECT pg_advisory_xact_lock(${LOCK}::bigint)) AS lock`;
      if ((await tx.agent.count()) > 0) return false;
      for (const agent of agents) await tx.agent.create({ data: rowsOf(agent, now) });
      for (const agent of agents) await letStandIn(tx, agent);
      return true;
    }),
  );
}

async function letStandIn(tx: Prisma.TransactionClient, { slug, standIns = [] }: NewAgent): Promise<void> {
  for (const [at, name] of standIns.entries()) {
    const { id: agentId } = await tx.agent.findUniqueOrThrow({ where: { slug: name } });
    const numbers = await tx.phoneNumber.findMany({ where: { agent: { slug } }, select: { id: true } });
    const data = numbers.map(({ id: numberId }) => ({ numberId, agentId, place: at + 1 }));
    await tx.numberAgent.createMany({ data });
  }
}

function rowsOf({ slug, settings, numbers }: NewAgent, now: Date): Prisma.AgentCreateInput {
  const version = { number: 1, settings: storableJson(readSettings(slug, settings)), publishedAt: now };
  return {
    slug,
    name: settings.agent.name,
    liveVersion: 1,
    versions: { create: version },
    numbers: { create: numbers.map((number) => ({ ...number })) },
  };
}
