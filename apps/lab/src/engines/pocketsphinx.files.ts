import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { OperationalError } from '@app/kernel';

/** PocketSphinx is not here and cannot be had; the message says why in one line. */
export class PocketSphinxAbsent extends OperationalError {
  readonly code = 'lab.pocketsphinx-absent';
  readonly retryable = true;
}

export interface PocketSphinxFiles {
  /** In the order in which they need each other; the last is PocketSphinx itself. */
  libraries: readonly string[];
  /** The folder of the American English model. */
  model: string;
}

/** Debian 12 and 13. libquadmath0 is on PCs only. */
const PACKAGES = ['libpocketsphinx3', 'libsphinxbase3', 'pocketsphinx-en-us', 'libblas3', 'liblapack3', 'libgfortran5'];
const PACKAGES_OF_PCS = ['libquadmath0'];
const LIBRARIES = ['libquadmath.so.0', 'libgfortran.so.5', 'blas/libblas.so.3', 'lapack/liblapack.so.3'];
const OWN_LIBRARIES = ['libsphinxbase.so.3', 'libpocketsphinx.so.3'];
const MODEL = 'usr/share/pocketsphinx/model/en-us';
const DOWNLOAD_WITHIN_MS = 90_000;

const run = promisify(execFile);

/**
 * Finds PocketSphinx: installed, or unpacked in `folder` before, or as Debian's packages, which are unpacked there (30 MB
 * to fetch, no root needed). Package lists that are missing are fetched once, into `folder` too.
 *
 * @throws PocketSphinxAbsent
 */
export async function findPocketSphinx(folder: string, system = '/'): Promise<PocketSphinxFiles> {
  const unpacked = join(folder, 'pocketsphinx');
  const found = (await filesUnder(system)) ?? (await filesUnder(unpacked));
  if (found) return found;
  if (process.platform !== 'linux') throw new PocketSphinxAbsent(`no PocketSphinx: not a Linux (${process.platform})`);
  await mkdir(folder, { recursive: true });
  const draft = await mkdtemp(join(folder, 'pocketsphinx-'));
  try {
    await fetchPackages(draft, join(folder, 'apt'));
    await rename(draft, unpacked).catch(() => undefined); // another process was quicker
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  const fetched = await filesUnder(unpacked);
  if (!fetched) throw new PocketSphinxAbsent("no PocketSphinx: Debian's packages do not hold what they used to");
  return fetched;
}

/** Libraries that the system has find each other; unpacked ones are loaded one after another. */
async function filesUnder(root: string): Promise<PocketSphinxFiles | undefined> {
  const model = join(root, MODEL);
  const libs = join(root, 'usr/lib');
  const folders = [libs, ...(await readdir(libs).catch(() => [])).map((name) => join(libs, name))];
  for (const folder of folders) {
    const own = OWN_LIBRARIES.map((name) => join(folder, name));
    if (!(await all([...own, join(model, 'en-us.lm.bin')]))) continue;
    const needed = LIBRARIES.map((name) => join(folder, name));
    const there = await Promise.all(needed.map(async (file) => ((await all([file])) ? [file] : [])));
    return { libraries: [...there.flat(), ...own], model };
  }
  return undefined;
}

async function all(files: readonly string[]): Promise<boolean> {
  const missing = await Promise.all(files.map((file) => access(file).then(() => [], () => [file]))); // prettier-ignore
  return missing.flat().length === 0;
}

async function fetchPackages(into: string, aptFolder: string): Promise<void> {
  const ownLists = [
    '-o',
    `Dir::State::lists=${join(aptFolder, 'lists')}`,
    '-o',
    `Dir::Cache=${join(aptFolder, 'cache')}`,
  ];
  await download(PACKAGES, into, []).catch(async () => {
    await mkdir(join(aptFolder, 'lists', 'partial'), { recursive: true });
    await mkdir(join(aptFolder, 'cache', 'archives', 'partial'), { recursive: true });
    await apt([...ownLists, 'update'], into);
    await download(PACKAGES, into, ownLists);
  });
  await download(PACKAGES_OF_PCS, into, [])
    .catch(() => download(PACKAGES_OF_PCS, into, ownLists))
    .catch(() => undefined);
  for (const name of (await readdir(into)).filter((name) => name.endsWith('.deb'))) {
    await run('dpkg', ['-x', name, '.'], { cwd: into });
    await rm(join(into, name));
  }
}

const download = (packages: readonly string[], into: string, options: readonly string[]): Promise<void> =>
  apt([...options, 'download', ...packages], into);

async function apt(args: readonly string[], cwd: string): Promise<void> {
  try {
    await run('apt-get', ['-q', '-o', 'APT::Sandbox::User=root', ...args], { cwd, timeout: DOWNLOAD_WITHIN_MS });
  } catch (error) {
    throw new PocketSphinxAbsent(`no PocketSphinx: ${reasonOf(error)}`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
    return 'it is not installed, and there is no apt-get';
  const stderr = error instanceof Error && 'stderr' in error ? String(error.stderr) : String(error);
  return (
    stderr
      .split('\n')
      .find((line) => line.startsWith('E:'))
      ?.slice(3) ?? 'apt-get could not fetch it'
  );
}
