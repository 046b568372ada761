import { randomBytes } from 'node:crypto';
import { systemClock } from '@app/kernel';
import {
  ApiKeyStore,
  closePostgres,
  type NewAgent,
  NumberStore,
  openPostgres,
  PersonStore,
  type Role,
  SYSTEM,
  plantAgents,
  type PrismaClient,
} from '@app/persistence';
import { brightwaterDental } from './agents/brightwater-dental.js';
import { cabinetLavigne } from './agents/cabinet-lavigne.js';
import { harbourHotel } from './agents/harbour-hotel.js';
import { leComptoir } from './agents/le-comptoir.js';
import { northgateParcels } from './agents/northgate-parcels.js';
import { type Models, type Persona, settingsOf } from './agents/usual.js';

export interface SeedOptions {
  databaseUrl: string;
  /** `vendor/model` of each, from the environment of whoever seeds. */
  models: Models;
}

export interface SeededNumber {
  e164: string;
  mediaToken: string;
  /** Its agent's slug. */
  agent: string;
}

const PERSONAS = [brightwaterDental, northgateParcels, harbourHotel, cabinetLavigne, leComptoir];
export interface NewSignIn {
  databaseUrl: string;
  email: string;
  role: Role;
}

const TOKEN_BYTES = 32;
const PASSWORD_BYTES = 15;

/** Creates five agents, each with a number, where there are none yet; tells the numbers that there are. @throws StoreError */
export async function seed({
  databaseUrl,
  models,
}: SeedOptions): Promise<{ created: boolean; numbers: SeededNumber[] }> {
  return withPostgres(databaseUrl, async (prisma) => {
    const agents = PERSONAS.map((persona) => agentOf(persona, models));
    const created = await plantAgents(prisma, agents, systemClock.date());
    const numbers = await new NumberStore(prisma).list();
    return {
      created,
      numbers: numbers.map(({ e164, mediaToken, agent }) => ({ e164, mediaToken, agent: agent.slug })),
    };
  });
}

/** @returns the key, told this once. @throws StoreError */
export async function createApiKey({ databaseUrl, name }: { databaseUrl: string; name: string }): Promise<string> {
  return withPostgres(databaseUrl, (prisma) => new ApiKeyStore(prisma, systemClock).create(name, ['admin']));
}

/** Somebody who may sign in, with a password that is made up: told this once. @throws StoreError `conflict` when the address is known */
export async function createPerson({ databaseUrl, email, role }: NewSignIn): Promise<{ password: string }> {
  const password = randomBytes(PASSWORD_BYTES).toString('base64url');
  const name = email.split('@')[0] || email;
  await withPostgres(databaseUrl, (prisma) =>
    new PersonStore(prisma, systemClock).create(SYSTEM, { email, name, role, password }),
  );
  return { password };
}

/** Whether anybody can sign in who may do everything. @throws StoreError */
export async function hasAdmin(databaseUrl: string): Promise<boolean> {
  return withPostgres(databaseUrl, (prisma) => new PersonStore(prisma, systemClock).hasAdmin());
}

function agentOf(persona: Persona, models: Models): NewAgent {
  const { slug, e164, label, standIns = [] } = persona;
  const mediaToken = randomBytes(TOKEN_BYTES).toString('base64url');
  const numbers = [{ carrier: 'ringover', e164, label, mediaToken }];
  return { slug, settings: settingsOf(persona, models), numbers, standIns };
}

async function withPostgres<T>(url: string, work: (prisma: PrismaClient) => Promise<T>): Promise<T> {
  const prisma = await openPostgres({ url, poolSize: 1 });
  try {
    return await work(prisma);
  } finally {
    await closePostgres(prisma);
  }
}
