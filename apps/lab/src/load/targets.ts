import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { createServer } from 'node:net';
import { type Clock, OperationalError } from '@app/kernel';
import { z } from 'zod';
import { type Centre, readCentre } from '../call/centre.js';

/** What is put under load could not be started. The message says where to look. */
export class TargetFailed extends OperationalError {
  readonly code = 'lab.target-failed';
  readonly retryable = true;
}

/** What is put under load. */
export interface Target {
  centre: Centre;
  /** The process that carries the calls. */
  pid: number;
  /** Where that process prints, when it may be asked for its memory; null: it may not. */
  logPath: string | null;
  /** Of more nodes over the same stores. */
  others: readonly OtherNode[];
  stop(): Promise<void>;
}

/** One more process that carries calls. */
export interface OtherNode {
  url: string;
  pid: number;
}

export interface StartOptions {
  /** A folder that is there for this run only. */
  folder: string;
  /** Of the repository. */
  root: string;
  env: NodeJS.ProcessEnv;
  /** What the centre is told besides. */
  extra?: NodeJS.ProcessEnv;
  clock: Clock;
}

const READY_WITHIN_MS = 90_000;
const LOOK_EVERY_MS = 200;
/** Stores of its own, the doubles of the providers whatever keys there are, and nothing rung by itself. */
const OF_ITS_OWN = [
  ...['DATABASE_URL', 'REDIS_URL', 'DEEPGRAM_API_KEY', 'DEEPGRAM_URL', 'OPENAI_API_KEY', 'OPENAI_BASE_URL'],
  ...['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'GEMINI_API_KEY', 'GEMINI_BASE_URL', 'OPENAI_COMPATIBLE_API_KEY'],
  ...['OPENAI_COMPATIBLE_BASE_URL', 'OPENAI_REALTIME_URL', 'GOOGLE_CLOUD_KEY', 'GOOGLE_CLOUD_URL'],
  ...['ELEVENLABS_API_KEY', 'ELEVENLABS_URL', 'RINGOVER_CALL_EVENT_KEY', 'RINGOVER_WEBHOOK_TOKEN'],
];

/** A centre for this run: stores, worker, api and doubles with their engines off. @throws TargetFailed */
export async function startCentre(options: StartOptions, linesPerAgent: number, nodes = 1): Promise<Target> {
  const { folder, root, clock } = options;
  const home = join(folder, 'centre');
  const env = {
    ...options.env,
    ...Object.fromEntries(OF_ITS_OWN.map((key) => [key, ''])),
    ...{ CARILLON_HOME: home, CARILLON_REHEARSAL: 'off', LAB_ENGINES: 'off', NODE_OPTIONS: '--inspect-port=0' },
    ...{ PORT: String(await freePort()), LINES_PER_AGENT: String(linesPerAgent), ...options.extra },
  };
  const args = ['--import', './tools/from-source.mjs', 'tools/start/main.ts'];
  const launcher = launch(args, join(folder, 'start.log'), root, env);
  await until(launcher, clock, () => Promise.resolve(existsSync(join(home, 'centre.json')) || undefined));
  const centre = await readCentre(home);
  const pid = await pidOf(home, 'api');
  const others: (OtherNode & { stop(): Promise<void> })[] = [];
  const stop = async () => {
    await Promise.all(others.map((other) => other.stop()));
    await launcher.stop();
  };
  try {
    for (let n = 2; n <= nodes; n += 1) others.push(await startOther(options, pid, n));
  } catch (error) {
    await stop();
    throw error;
  }
  return { centre, pid, logPath: join(home, 'logs', 'api.log'), others, stop };
}

/** The same program in the same environment as the first node's, at a port of its own. @throws TargetFailed */
async function startOther({ folder, root, clock }: StartOptions, like: number, n: number) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const { PUBLIC_URL: _first, ...env } = environmentOf(like);
  const args = ['--enable-source-maps', join(root, 'dist/apps/api/src/main.js')];
  const other = launch(args, join(folder, `api-${n}.log`), root, { ...env, PORT: String(port) });
  await until(other, clock, async () => (await fetch(`${url}/ready`).catch(() => undefined))?.ok || undefined);
  return { url, pid: other.pid, stop: () => other.stop() };
}

const environmentOf = (pid: number): Record<string, string> =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((each) => each.includes('='))
      .map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)]),
  );

/** The centre that runs; nothing of it is started, stopped or inspected. @throws NoCentre */
export async function attach(home: string): Promise<Target> {
  return {
    centre: await readCentre(home),
    pid: await pidOf(home, 'api'),
    logPath: null,
    others: [],
    stop: () => Promise.resolve(),
  };
}

/** The yardstick, reached with the same tokens as the centre. @throws TargetFailed */
export async function startBare(
  { folder, root, env, clock }: StartOptions,
  program: string,
  like: Centre,
): Promise<Target> {
  const logPath = join(folder, 'bare.log');
  const told = { ...env, NODE_OPTIONS: '--inspect-port=0' };
  const args = ['--enable-source-maps', program, 'bare', '--rate', String(like.ringover.streamRateHz)];
  const bare = launch(args, logPath, root, told);
  const ready = /^\{"ready":true,"url":"([^"]+)"/m;
  const url = await until(bare, clock, async () => ready.exec(await readFile(logPath, 'utf8'))?.[1]);
  const centre = { ...like, apiUrl: url, lab: null };
  return { centre, pid: bare.pid, logPath, others: [], stop: () => bare.stop() };
}

export const forgetFolder = (folder: string): Promise<void> => rm(folder, { recursive: true, force: true });

const registered = z.array(z.object({ name: z.string(), pid: z.number() }));

/** One of those that the launcher started: `api`, `worker`, `Redis`, `PostgreSQL`. @throws TargetFailed */
export async function pidOf(home: string, name: string): Promise<number> {
  const processes = registered.parse(JSON.parse(await readFile(join(home, 'processes.json'), 'utf8')));
  const found = processes.findLast((each) => each.name === name);
  if (!found) throw new TargetFailed(`no ${name} runs in ${home}`);
  return found.pid;
}

interface Launched {
  pid: number;
  logPath: string;
  child: ChildProcess;
  stop(): Promise<void>;
}

function launch(args: readonly string[], logPath: string, cwd: string, env: NodeJS.ProcessEnv): Launched {
  mkdirSync(join(logPath, '..'), { recursive: true, mode: 0o711 });
  const log = openSync(logPath, 'w', 0o600);
  // with a session of its own, as one that is started for good has
  const child = spawn(process.execPath, args, { cwd, env, detached: true, stdio: ['ignore', log, log] });
  closeSync(log);
  const exited = once(child, 'exit');
  const endToo = () => child.kill('SIGTERM');
  process.once('exit', endToo);
  void exited.then(() => process.off('exit', endToo));
  const stop = async (): Promise<void> => {
    child.kill('SIGTERM');
    await exited;
  };
  return { pid: child.pid ?? 0, logPath, child, stop };
}

async function until<T>(
  { child, logPath, stop }: Launched,
  clock: Clock,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS && child.exitCode === null; waitedMs += LOOK_EVERY_MS) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await clock.sleep(LOOK_EVERY_MS);
  }
  if (child.exitCode === null) await stop();
  throw new TargetFailed(`it did not start:\n${readFileSync(logPath, 'utf8').trim().split('\n').slice(-8).join('\n')}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
