import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type * as Seed from '../../prisma/seed.js';
import { freePort } from '../../tools/processes/free-port.js';
import { migrate } from '../../tools/prisma/migrate.js';
import { debianProgram } from '../../tools/stores/debian-program.js';
import { freshDatabase, freshRedis } from '../stores.js';
import { until } from '../until.js';
import { type ComposeService, onThisMachine, readCompose, ROOT, servicesOf } from './compose-file.js';

export const SOFTWARE = join(ROOT, '.local/software');
export const STAGING = join(ROOT, 'tools/staging');
const LAB = join(ROOT, 'dist/apps/lab/src/main.js');
/** For a program to be up, on a machine that is busy. */
const START_MS = 60_000;
const SECRETS = {
  RINGOVER_WEBHOOK_TOKEN: 'a-token-for-staging-alone',
  RINGOVER_CALL_EVENT_KEY: 'a-key-for-staging-alone',
};
/** As it stands in the environment of tools/deploy. */
const AUTH_SECRET = 'a secret of staging, and of nothing else';
const MODELS = { recogniser: 'deepgram/nova-3', model: 'openai/gpt-6-luna', voice: 'elevenlabs/eleven_flash_v2_5' };

/** The staging services of docker-compose.yml as processes of this machine, with the environment that stands there. */
export class ComposedCentre {
  readonly #home = mkdtempSync(join(tmpdir(), 'staging-'));
  readonly #authority = join(this.#home, 'caddy/pki/authorities/local/root.crt');
  readonly #running = new Map<string, { child: ChildProcess; said: string }>();
  #services: Record<string, ComposeService> = {};
  #where: Record<string, string> = {};
  #nodes: string[] = [];
  #site = '';
  #apiKey = '';

  async open(): Promise<void> {
    const [database, redis] = [await freshDatabase(), await freshRedis()];
    const [one, two, https, http] = [await freePort(), await freePort(), await freePort(), await freePort()];
    this.#site = `https://localhost:${https}`;
    this.#nodes = [`http://127.0.0.1:${one}`, `http://127.0.0.1:${two}`];
    this.#services = servicesOf(
      readCompose({ CARILLON_SITE: `localhost:${https}`, DRAIN_MS: '2000', AUTH_SECRET }),
      'staging',
    );
    this.#where = {
      'postgresql://carillon:carillon@postgres:5432/carillon': database.url,
      'redis://redis:6379': redis.url,
      'api-1:3000': `127.0.0.1:${one}`,
      'api-2:3000': `127.0.0.1:${two}`,
      '/recordings': join(this.#home, 'recordings'),
    };
    await migrate(this.#told('migration')['DATABASE_URL'] ?? '');
    const lab = await this.#lab();
    this.#run('worker', lab.env);
    this.#run('api-1', { ...lab.env, PORT: String(one) });
    this.#run('api-2', { ...lab.env, PORT: String(two) });
    for (const [n, node] of this.#nodes.entries())
      await this.#untilUp(`api-${n + 1}`, async () => (await answerOf(`${node}/ready`))?.ok === true);
    this.#runCaddy({ CARILLON_HTTP_PORT: String(http), CARILLON_HTTPS_PORT: String(https) });
    await this.#untilUp('caddy', async () => (await this.get('/ready')) === 200);
    await this.#tellLab(database.url, lab.url);
  }

  /** The status, by way of Caddy, of what its key may ask; 0 when there is no answer. */
  get(path: string): Promise<number> {
    const headers = { authorization: `Bearer ${this.#apiKey}` };
    return new Promise((resolve) => {
      const request = get(this.#site + path, { ca: certificateIn(this.#authority), headers }, (answer) => {
        answer.resume().on('end', () => resolve(answer.statusCode ?? 0));
      });
      request.on('error', () => resolve(0));
    });
  }

  /** What the first node tells Prometheus. */
  metrics = async (): Promise<string> => (await answerOf(`${this.#nodes[1]}/metrics`))?.text() ?? '';

  /** Rings once, by way of Caddy. @returns how the call ended, and what the agent was heard saying */
  async call(): Promise<{ endReason: string | null; heard: string[] }> {
    const env = { ...plain(), CARILLON_HOME: this.#home, NODE_EXTRA_CA_CERTS: this.#authority };
    const args = [LAB, 'call', '--json', '--scenario', join(ROOT, 'test/fixtures/short-call.yaml')];
    const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
    let printed = '';
    child.stdout.on('data', (chunk) => (printed += String(chunk)));
    await new Promise((resolve) => child.once('close', resolve));
    const { endReason, transcript } = (JSON.parse(printed) as LabCall).report;
    return {
      endReason,
      heard: transcript.flatMap(({ speaker, heard }) => (speaker === 'agent' && heard ? [heard] : [])),
    };
  }

  /** Resolves when it has ended. */
  async stop(name: string): Promise<void> {
    const child = this.#running.get(name)?.child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  async close(): Promise<void> {
    for (const name of [...this.#running.keys()].reverse()) await this.stop(name);
    rmSync(this.#home, { recursive: true, force: true });
  }

  #told(name: string): Record<string, string> {
    return onThisMachine(this.#services[name]?.environment ?? {}, this.#where);
  }

  #run(name: string, env: Record<string, string>): void {
    this.#launch(name, this.#services[name]?.command ?? [], { ...plain(), ...this.#told(name), ...env });
  }

  #runCaddy(ports: Record<string, string>): void {
    const { file, env } = debianProgram({ name: 'caddy', package: 'caddy', asked: 'version', software: SOFTWARE });
    const args = (this.#services['caddy']?.command ?? []).slice(1);
    const own = args.map((arg) => (arg === '/etc/caddy/Caddyfile' ? join(STAGING, 'Caddyfile') : arg));
    const folders = { XDG_DATA_HOME: this.#home, XDG_CONFIG_HOME: this.#home };
    this.#launch('caddy', [file, ...own], { ...env, ...this.#told('caddy'), ...folders, ...ports });
  }

  #launch(name: string, [file = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): void {
    const child = spawn(file === 'node' ? process.execPath : file, args, {
      cwd: ROOT,
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = { child, said: '' };
    this.#running.set(name, running);
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (running.said += String(chunk)));
  }

  /** @throws with what it printed, when it ends before, or is not up in time */
  async #untilUp(name: string, isUp: () => Promise<boolean>): Promise<void> {
    const running = this.#running.get(name);
    const ended = () => running?.child.exitCode !== null || running.child.signalCode !== null;
    await until(async () => ended() || (await isUp()), START_MS).catch((error: unknown) => {
      throw new Error(`${name} was not up within ${START_MS} ms:\n${running?.said}`, { cause: error });
    });
    if (ended()) throw new Error(`${name} ended:\n${running?.said}`);
  }

  /** Doubles of the providers, whose addresses stand in .env where a centre has keys. */
  async #lab(): Promise<{ url: string; env: Record<string, string> }> {
    this.#launch('lab', ['node', LAB, 'serve', '--port', '0'], { ...plain(), CARILLON_HOME: this.#home });
    const urlOf = () => /"url":"([^"]+)"/.exec(this.#running.get('lab')?.said ?? '')?.[1];
    await this.#untilUp('lab', () => Promise.resolve(urlOf() !== undefined));
    const url = urlOf() ?? '';
    const socket = url.replace('http', 'ws');
    const doubles = {
      DEEPGRAM_URL: `${socket}/deepgram`,
      OPENAI_BASE_URL: `${url}/openai/v1`,
      ELEVENLABS_URL: `${socket}/elevenlabs`,
    };
    return { url, env: { ...doubles, ...SECRETS } };
  }

  /** As the launcher of one machine tells the lab where the centre is. */
  async #tellLab(databaseUrl: string, labUrl: string): Promise<void> {
    const { seed, createApiKey } = (await import(pathToFileURL(join(ROOT, 'dist/prisma/seed.js')).href)) as typeof Seed;
    const { numbers } = await seed({ databaseUrl, models: MODELS });
    const apiKey = (this.#apiKey = await createApiKey({ databaseUrl, name: 'staging' }));
    const { RINGOVER_WEBHOOK_TOKEN: webhookToken, RINGOVER_CALL_EVENT_KEY: callEventKey } = SECRETS;
    const ringover = { webhookToken, callEventKey, streamRateHz: 8_000 };
    const centre = { apiUrl: this.#site, apiKey, ringover, numbers, lab: { url: labUrl }, pid: process.pid };
    writeFileSync(join(this.#home, 'centre.json'), JSON.stringify(centre));
  }
}

interface LabCall {
  report: { endReason: string | null; transcript: { speaker: string; heard: string | null }[] };
}

/** The environment of this process, without what a centre would take for its own. */
function plain(): NodeJS.ProcessEnv {
  const { DATABASE_URL: _database, REDIS_URL: _redis, NODE_OPTIONS: _options, ...env } = process.env;
  return env;
}

const answerOf = (url: string) => fetch(url).catch(() => undefined);

/** Caddy's own authority for localhost, once it has made one. */
function certificateIn(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
