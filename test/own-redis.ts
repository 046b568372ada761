import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { findRedis } from '../tools/stores/redis-program.js';
import { pingRedis } from '../tools/stores/ping.js';
import { until } from './until.js';

const SOFTWARE = fileURLToPath(new URL('../.local/software', import.meta.url));

/** A Redis that nobody else uses, so that it can be stopped in the middle of what it does. */
export interface OwnRedis {
  url: string;
  /** It keeps its connections, and says nothing any more. */
  freeze(): void;
  thaw(): void;
  close(): Promise<void>;
}

/** @throws when this machine has no real one */
export async function ownRedis(): Promise<OwnRedis> {
  const program = findRedis(SOFTWARE, () => undefined);
  if (!program.real) throw new Error('only a real Redis can be frozen');
  const [folder, port] = [await mkdtemp(join(tmpdir(), 'carillon-redis-')), await freePort()];
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'no', daemonize: 'no' };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]);
  const server = spawn(program.file, args, { env: program.env, stdio: 'ignore' });
  const url = `redis://127.0.0.1:${port}`;
  await until(async () => (await pingRedis(url)) === undefined);
  return {
    url,
    freeze: () => void server.kill('SIGSTOP'),
    thaw: () => void server.kill('SIGCONT'),
    close: async () => {
      await end(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = once(server, 'exit');
  server.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
