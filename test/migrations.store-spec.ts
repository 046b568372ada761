import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { runNode } from '../tools/processes/run-node.js';
import { prismaEnvironment } from '../tools/prisma/engine.js';
import { freshDatabase } from './stores.js';

const ROOT = fileURLToPath(new URL('..', import.meta.url));

it('the migrations make the schema that the code was written for', async () => {
  const migrated = await freshDatabase();
  const env = { ...prismaEnvironment(), DATABASE_URL: migrated.url };
  const compare = ['migrate', 'diff', '--from-config-datasource', '--to-schema', 'prisma/schema.prisma', '--script'];
  const { said } = await runNode(join(ROOT, 'node_modules/prisma/build/index.js'), compare, { cwd: ROOT, env });
  await migrated.drop();

  expect(said).toContain('-- This is an empty migration.');
}, 30_000);
