import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CannotStart } from '../processes/cannot-start.js';
import { prismaEnvironment } from './engine.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** Brings a database to the newest schema by Prisma's own command line; makes it if it is not there. @throws CannotStart */
export async function migrate(databaseUrl: string): Promise<void> {
  const { code, said } = await prisma(['migrate', 'deploy'], databaseUrl);
  if (code === 0) return;
  throw new CannotStart(`the database could not be migrated: ${problemIn(said)}`);
}

function prisma(args: readonly string[], databaseUrl: string): Promise<{ code: number | null; said: string }> {
  const script = join(ROOT, 'node_modules/prisma/build/index.js');
  const PATH = [dirname(process.execPath), process.env['PATH']].join(delimiter); // the stand-in's `env node` is this one
  const env = { ...prismaEnvironment(), PATH, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, [script, ...args], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (said += String(chunk)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}

/** Prisma prints its settings first and decorates; what it complains of starts at "Error". */
function problemIn(said: string): string {
  const lines = said.split('\n').filter((line) => line.trim());
  const first = lines.findIndex((line) => line.includes('Error'));
  return lines.slice(Math.max(0, first)).slice(0, 4).join(' ').trim();
}
