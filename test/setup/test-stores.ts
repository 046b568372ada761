import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../tools/prisma/migrate.js';
import { birthmark } from '../../tools/processes/birthmark.js';
import { stopGroup } from '../../tools/processes/process-group.js';
import { ProcessRegister } from '../../tools/processes/process-register.js';
import { openStores } from '../../tools/stores/open-stores.js';

const PREFIX = 'carillon-test-';
const SOFTWARE = fileURLToPath(new URL('../../.local/software', import.meta.url));
const GRACE_MS = 5_000;

/** One real PostgreSQL with a migrated database to clone, and one real Redis, for one run of the tests. */
export interface TestStores {
  databaseUrl: string;
  redisUrl: string;
  close(): Promise<void>;
}

export async function openTestStores(): Promise<TestStores> {
  await sweep();
  const home = mkdtempSync(join(tmpdir(), PREFIX));
  chmodSync(home, 0o711); // the user that runs PostgreSQL for root must get in
  writeFileSync(join(home, 'owner.json'), JSON.stringify({ pid: process.pid, born: birthmark(process.pid) }));
  const notes: string[] = [];
  const order = { home, software: SOFTWARE, durable: false, register: new ProcessRegister(home) };
  try {
    const { databaseUrl, redisUrl, what } = await openStores({ ...order, say: (line) => notes.push(line) });
    if (what.redis.startsWith('js-redis'))
      throw new Error(`stores are tested on a real Redis only: ${notes.join('; ')}`);
    await migrate(databaseUrl);
    return { databaseUrl, redisUrl, close: () => discard(home) };
  } catch (error) {
    await discard(home);
    throw error;
  }
}

/** A run that was killed leaves its stores behind; the next one ends them. */
async function sweep(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const home = join(tmpdir(), name);
    if (!hasOwner(home)) await discard(home);
  }
}

function hasOwner(home: string): boolean {
  try {
    const { pid, born } = JSON.parse(readFileSync(join(home, 'owner.json'), 'utf8')) as { pid: number; born: string };
    return birthmark(pid) === born;
  } catch {
    return true; // just being made by another run, or another user's
  }
}

async function discard(home: string): Promise<void> {
  for (const entry of new ProcessRegister(home).running().reverse()) await stopGroup(entry, GRACE_MS);
  rmSync(home, { recursive: true, force: true });
}
