import { type AgentId, systemClock } from '@app/kernel';
import { closePostgres, openPostgres, type PrismaClient } from '../prisma-client.js';
import { plantAgents } from '../plant-agents.js';
import { exampleSettings } from './example-settings.js';

export interface PostgresForSpecs {
  prisma: PrismaClient;
  /** An agent with one number. */
  agentId: AgentId;
  close(): Promise<void>;
}

/** @param url of an empty database with the newest schema */
export async function postgresForSpecs(url: string, settings = exampleSettings()): Promise<PostgresForSpecs> {
  const prisma = await openPostgres({ url, poolSize: 5 });
  const number = { carrier: 'ringover', e164: '+33184990011', label: 'reception', mediaToken: 'token-of-clara' };
  const agent = { slug: 'clara', settings, numbers: [number] };
  await plantAgents(prisma, [agent], systemClock.date());
  const { id } = await prisma.agent.findUniqueOrThrow({ where: { slug: 'clara' } });
  return { prisma, agentId: id as AgentId, close: () => closePostgres(prisma) };
}
