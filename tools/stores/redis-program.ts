import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { libraryPath, unpackDebianPackage } from './debian-package.js';

export interface RedisProgram {
  /** For the banner. */
  what: string;
  file: string;
  /** What stands before the path of its configuration file. */
  args: readonly string[];
  env: NodeJS.ProcessEnv;
  /** A real one takes a password and writes an append-only file. */
  real: boolean;
}

/** The best Redis that can be had without installing anything; each step that fails says so in one line. */
export function findRedis(software: string, say: (line: string) => void): RedisProgram {
  return fromPath() ?? fromDebian(software, say) ?? fromNpm(say);
}

function fromPath(): RedisProgram | undefined {
  for (const file of ['redis-server', 'valkey-server'])
    if (answers(file, process.env))
      return { what: `${file} of this machine`, file, args: [], env: process.env, real: true };
  return undefined;
}

function fromDebian(software: string, say: (line: string) => void): RedisProgram | undefined {
  if (!answers('apt-get', process.env)) return undefined;
  say('no redis-server or valkey-server on PATH; taking one from a Debian package, for this folder only');
  for (const name of ['redis-server', 'valkey-server']) {
    const root = unpackDebianPackage(name, join(software, name), say);
    if (root === undefined) continue;
    const env = { ...process.env, LD_LIBRARY_PATH: libraryPath(root) };
    const file = join(root, 'usr/bin', name);
    if (answers(file, env)) return { what: `${name} from a Debian package`, file, args: [], env, real: true };
  }
  return undefined;
}

function fromNpm(say: (line: string) => void): RedisProgram {
  say('no real Redis to be had here; js-redis-server takes its place: slow, forgets all when it ends, for a look only');
  const script = fileURLToPath(new URL('./js-redis.mjs', import.meta.url));
  const what = 'js-redis-server, for a look only';
  return { what, file: process.execPath, args: [script], env: process.env, real: false };
}

const answers = (file: string, env: NodeJS.ProcessEnv) =>
  spawnSync(file, ['--version'], { env, stdio: 'ignore' }).status === 0;
