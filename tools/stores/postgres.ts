import { execFileSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { commandOf } from '../processes/birthmark.js';
import { CannotStart } from '../processes/cannot-start.js';
import { lastLines, launch, type Running } from '../processes/process-group.js';
import type { ProcessRegister } from '../processes/process-register.js';
import { type Owner, postgresBinaries, reachable, ROOTS_PLACE, unprivilegedOwner } from './postgres-binaries.js';

export const USER = 'carillon';
const READY_WITHIN_MS = 20_000;

export interface PostgresOrder {
  /** The private folder; the data lie in it, unless the user that runs PostgreSQL cannot enter it. */
  home: string;
  port: number;
  password: string;
  /** Whether what was written must survive a power cut. Tests do not care, and run faster. */
  durable: boolean;
  register: ProcessRegister;
}

/** A PostgreSQL of our own on 127.0.0.1; its data are made if there are none. @throws CannotStart */
export async function startPostgres(order: PostgresOrder): Promise<{ running: Running; dataDir: string }> {
  const dataDir = dataDirOf(order.home);
  const owner = existsSync(dataDir) ? ownerOf(dataDir) : unprivilegedOwner();
  const { initdb, postgres } = postgresBinaries(owner);
  if (!existsSync(dataDir)) makeData(initdb, dataDir, owner, order.password);
  dropStaleLock(dataDir);
  const args = ['-D', dataDir, '-p', String(order.port), ...settings(order.durable)];
  const logPath = join(order.home, 'logs/postgres.log');
  const launched = { name: 'PostgreSQL', file: postgres, args, logPath, ...owner, cwd: '/' };
  const running = await launch({ ...launched, stopSignal: 'SIGINT' }, order.register); // its "fast" shutdown
  await untilReady(running, urlOf(order.port, order.password, 'postgres'));
  return { running, dataDir };
}

export const urlOf = (port: number, password: string, database: string) =>
  `postgresql://${USER}:${password}@127.0.0.1:${port}/${database}`;

function settings(durable: boolean): string[] {
  const all = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'max_connections=200'];
  if (!durable) all.push('fsync=off', 'synchronous_commit=off', 'full_page_writes=off');
  return all.flatMap((setting) => ['-c', setting]);
}

function dataDirOf(home: string): string {
  const apart = process.getuid?.() === 0 && !reachable(home);
  return apart
    ? join(ROOTS_PLACE, createHash('sha256').update(home).digest('hex').slice(0, 12))
    : join(home, 'postgres');
}

function ownerOf(dataDir: string): Owner {
  if (process.getuid?.() !== 0) return {};
  const { uid, gid } = statSync(dataDir);
  return { uid, gid };
}

/** Made under another name first: data that were cut off half-way are never taken for whole ones. */
function makeData(initdb: string, dataDir: string, owner: Owner, password: string): void {
  const unfinished = `${dataDir}.new`;
  const passwordFile = `${dataDir}.password`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(dirname(dataDir), { recursive: true, mode: 0o711 });
  mkdirSync(unfinished, { mode: 0o700 });
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600 });
  const { uid, gid } = owner;
  if (uid !== undefined && gid !== undefined) for (const path of [unfinished, passwordFile]) chownSync(path, uid, gid);
  const args = ['-D', unfinished, '-U', USER, '--auth=scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8'];
  try {
    const options = { uid, gid, cwd: '/', encoding: 'utf8' as const, stdio: ['ignore', 'ignore', 'pipe'] as const };
    execFileSync(initdb, [...args, '--locale=C', '--no-sync'], { ...options, stdio: [...options.stdio] });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1);
    throw new CannotStart(`PostgreSQL could not make its data in ${unfinished}: ${said ?? (error as Error).message}`);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, dataDir);
}

/** After a crash its lock names a process number that may be another's by now; PostgreSQL would then refuse to start. */
function dropStaleLock(dataDir: string): void {
  const lock = join(dataDir, 'postmaster.pid');
  if (!existsSync(lock)) return;
  const pid = Number(readFileSync(lock, 'utf8').split('\n')[0]);
  if (commandOf(pid)?.includes(dataDir))
    throw new CannotStart(`PostgreSQL ${pid} already runs on ${dataDir}; end it first`);
  rmSync(lock);
}

async function untilReady(running: Running, url: string): Promise<void> {
  let over: string | undefined;
  void running.ended.then((how) => (over = how));
  let problem = '';
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 50) {
    if (over) throw new CannotStart(`PostgreSQL ${over}: ${lastLines(running, 1)}`);
    try {
      return await ask(url);
    } catch (error) {
      problem = (error as Error).message; // "the database system is starting up", or nobody listens yet
      await wait(50);
    }
  }
  throw new CannotStart(`PostgreSQL was not ready after ${READY_WITHIN_MS / 1000} s: ${problem}`);
}

async function ask(url: string): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 });
  try {
    await client.connect();
  } finally {
    await client.end();
  }
}
