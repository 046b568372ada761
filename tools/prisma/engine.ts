import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The environment in which Prisma's command line migrates here: with its native schema engine where that was downloaded at
 * installation, else with the stand-in beside this file.
 */
export function prismaEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env, PRISMA_HIDE_UPDATE_MESSAGE: '1', CHECKPOINT_DISABLE: '1' };
  if (process.env['PRISMA_SCHEMA_ENGINE_BINARY'] || hasNativeEngine()) return env;
  return { ...env, PRISMA_SCHEMA_ENGINE_BINARY: fileURLToPath(new URL('./schema-engine.mjs', import.meta.url)) };
}

function hasNativeEngine(): boolean {
  const require = createRequire(createRequire(import.meta.url).resolve('prisma/package.json'));
  const folder = dirname(require.resolve('@prisma/engines/package.json'));
  return existsSync(folder) && readdirSync(folder).some((file) => file.startsWith('schema-engine-'));
}
