// Writes what is generated and not committed: the Prisma client. Needs no network and no database.
import { spawnSync } from 'node:child_process';

// `generate` needs no schema engine, but looks for one; any executable will do where it cannot be downloaded.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
process.env.PRISMA_HIDE_UPDATE_MESSAGE = '1';
const run = spawnSync('prisma', ['generate', '--no-hints'], { encoding: 'utf8' });
if (run.status !== 0) {
  console.error(run.stdout, run.stderr);
  process.exit(run.status ?? 1);
}
