import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotStart } from '../processes/cannot-start.js';
import { runNode } from '../processes/run-node.js';
import { prismaEnvironment } from './engine.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const PRISMA = join(ROOT, 'node_modules/prisma/build/index.js');

/**
 * Brings a database to the newest schema by Prisma's own command line; makes it if it is not there. What Prisma said stands
 * in `logPath`. @throws CannotStart
 */
export async function migrate(databaseUrl: string, logPath?: string): Promise<void> {
  const env = { ...prismaEnvironment(), DATABASE_URL: databaseUrl };
  const { code, said } = await runNode(PRISMA, ['migrate', 'deploy'], { cwd: ROOT, env });
  if (logPath !== undefined) {
    mkdirSync(dirname(logPath), { recursive: true, mode: 0o711 });
    writeFileSync(logPath, said, { mode: 0o600 });
  }
  if (code === 0) return;
  const where = logPath === undefined ? '' : ` (all that was said: ${logPath})`;
  throw new CannotStart(`the database could not be migrated: ${problemIn(said)}${where}`);
}

/** Prisma prints its settings first and decorates; what it complains of starts at "Error". */
function problemIn(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim());
  const first = lines.findIndex((line) => line.includes('Error'));
  return lines.slice(Math.max(0, first)).slice(0, 4).join(' ').trim();
}
