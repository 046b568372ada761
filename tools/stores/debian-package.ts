import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const TIMEOUT_MS = 60_000;

/**
 * Unpacks a Debian package, and what it needs and this machine lacks, into `folder`: nothing is installed, no root is
 * needed. Returns the folder, or undefined where that cannot be done. A package that the machine's lists do not know (or
 * no longer find) is looked for once in lists of our own.
 */
export function unpackDebianPackage(name: string, folder: string, say: (line: string) => void): string | undefined {
  if (existsSync(folder)) return folder;
  const work = `${folder}.${process.pid}`;
  rmSync(work, { recursive: true, force: true });
  try {
    mkdirSync(join(work, 'debs'), { recursive: true });
    if (!download(name, work, []) && !downloadWithOwnLists(name, work, say)) return undefined;
    for (const file of readdirSync(join(work, 'debs')).filter((file) => file.endsWith('.deb')))
      execFileSync('dpkg-deb', ['-x', join(work, 'debs', file), work], { env: process.env, stdio: 'ignore' });
    rmSync(join(work, 'debs'), { recursive: true });
    if (!existsSync(folder)) renameSync(work, folder); // another process may have been faster
    return folder;
  } catch {
    return undefined; // no apt-get, no dpkg-deb, no network: the caller says what it does instead
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Every folder in `root` that holds libraries, for LD_LIBRARY_PATH. */
export function libraryPath(root: string): string {
  const parents = ['usr/lib', 'lib'].map((part) => join(root, part)).filter((path) => existsSync(path));
  const inside = (path: string) =>
    readdirSync(path, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(path, entry.name));
  return parents.flatMap((path) => [path, ...inside(path)]).join(':');
}

function downloadWithOwnLists(name: string, work: string, say: (line: string) => void): boolean {
  say(`Debian's package ${name} was not found; looking once in fresh package lists`);
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(join(work, folder), { recursive: true });
  const own = [
    `Dir::State::Lists=${join(work, 'lists')}`,
    `Dir::Cache=${join(work, 'cache')}`,
    'APT::Sandbox::User=root',
  ];
  if (run(['update', '-qq'], work, own) === undefined) return false;
  const found = download(name, work, own);
  for (const folder of ['lists', 'cache']) rmSync(join(work, folder), { recursive: true, force: true });
  return found;
}

function download(name: string, work: string, options: readonly string[]): boolean {
  const plan = run(['install', '--simulate', '--no-install-recommends', name], work, options);
  const packages = [...(plan ?? '').matchAll(/^Inst (\S+)/gm)].map(([, found]) => found ?? '');
  return packages.length > 0 && run(['download', '-q', ...packages], work, options) !== undefined;
}

function run(args: readonly string[], work: string, options: readonly string[]): string | undefined {
  const flags = ['Debug::NoLocking=1', ...options].flatMap((option) => ['-o', option]);
  try {
    return execFileSync('apt-get', [...flags, ...args], {
      cwd: join(work, 'debs'),
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: TIMEOUT_MS,
    });
  } catch {
    return undefined; // unknown package, or a mirror that does not answer
  }
}
