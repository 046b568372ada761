import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Seed from '../../prisma/seed.js';
import { ROOT } from '../build/build.js';
import type { Home } from './home.js';
import { modelOf, stagesOf } from './settings.js';

/** Of the first admin, who can give themselves another; nothing is sent there. */
const ADMIN = 'admin@carillon.example';

export interface AdminSignIn {
  email: string;
  password: string;
  isNew: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Agents and numbers, made if there are none yet. */
export async function seedDatabase(databaseUrl: string, env: Env): ReturnType<typeof Seed.seed> {
  const { seed } = await builtSeed();
  const [recogniser = '', model = '', voice = ''] = stagesOf(env).map((stage) => modelOf(env, stage));
  return seed({ databaseUrl, models: { recogniser, model, voice, voiceId: env['AGENT_VOICE_ID'] || undefined } });
}

/** The admin key that is kept; a new one where there is none, or where this database does not know it (any more). */
export async function adminKey(
  home: Home,
  databaseUrl: string,
  apiUrl: string,
): Promise<{ key: string; isNew: boolean }> {
  const { adminKey: kept, ...others } = home.secrets();
  if (kept && (await isAccepted(kept, apiUrl))) return { key: kept, isNew: false };
  const key = await createKey(databaseUrl, 'admin');
  home.keepSecrets({ ...others, adminKey: key });
  return { key, isNew: true };
}

export async function createKey(databaseUrl: string, name: string): Promise<string> {
  const { createApiKey } = await builtSeed();
  return createApiKey({ databaseUrl, name });
}

/** The first admin's sign-in, where it was made here; a new one where nobody may do everything. */
export async function adminSignIn(home: Home, databaseUrl: string): Promise<AdminSignIn | undefined> {
  const { admin: kept, ...others } = home.secrets();
  const { hasAdmin } = await builtSeed();
  if (await hasAdmin(databaseUrl)) return kept && { ...kept, isNew: false };
  const admin = { email: ADMIN, password: await createPerson(databaseUrl, ADMIN, 'admin') };
  home.keepSecrets({ ...others, admin });
  return { ...admin, isNew: true };
}

/** @returns the password, which was made up */
export async function createPerson(databaseUrl: string, email: string, role: Seed.NewSignIn['role']): Promise<string> {
  const seed = await builtSeed();
  return (await seed.createPerson({ databaseUrl, email, role })).password;
}

async function isAccepted(key: string, apiUrl: string): Promise<boolean> {
  const { status } = await fetch(`${apiUrl}/api/v1/agents`, { headers: { authorization: `Bearer ${key}` } });
  return status !== 401;
}

/** It imports rooms by their `@app` names, so it is taken as it was built. */
const builtSeed = () => import(pathToFileURL(join(ROOT, 'dist/prisma/seed.js')).href) as Promise<typeof Seed>;
