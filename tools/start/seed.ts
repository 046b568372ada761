import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Seed from '../../prisma/seed.js';
import { ROOT } from '../build/build.js';
import type { Home } from './home.js';
import { modelOf, stagesOf } from './settings.js';

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

async function isAccepted(key: string, apiUrl: string): Promise<boolean> {
  const { status } = await fetch(`${apiUrl}/api/v1/agents`, { headers: { authorization: `Bearer ${key}` } });
  return status !== 401;
}

/** It imports rooms by their `@app` names, so it is taken as it was built. */
const builtSeed = () => import(pathToFileURL(join(ROOT, 'dist/prisma/seed.js')).href) as Promise<typeof Seed>;
