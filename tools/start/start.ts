import { join } from 'node:path';
import { build } from '../build/build.js';
import type { Running } from '../processes/process-group.js';
import type { ProcessRegister } from '../processes/process-register.js';
import { migrate } from '../prisma/migrate.js';
import { openStores, type Stores } from '../stores/open-stores.js';
import { banner } from './banner.js';
import type { CentreFile, Home } from './home.js';
import { preflight } from './preflight.js';
import { labUrl, launchProgram, untilReady } from './programs.js';
import { adminKey, adminSignIn, seedDatabase } from './seed.js';
import { environmentOf, isLive, portOf, stagesOf } from './settings.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface Start {
  env: Env;
  home: Home;
  register: ProcessRegister;
  /** Where api and worker print. */
  output: 'files' | 'terminal';
  say: (line: string) => void;
}

export interface Centre {
  url: string;
  /** Everything that must stay up, in the order of the start. */
  running: Running[];
  /** What api and worker were told. */
  told: NodeJS.ProcessEnv;
}

/** From nothing to a centre that takes calls. @throws CannotStart, and leaves what was begun in `register` */
export async function startCentre(start: Start): Promise<Centre> {
  const { env, home, say } = start;
  const port = portOf(env);
  const url = `http://127.0.0.1:${port}`;
  await preflight({ port, databaseUrl: env['DATABASE_URL'], redisUrl: env['REDIS_URL'] });
  await build(() => say('building …'));
  const stores = await openOwnStores(start);
  say('migrating and seeding …');
  await migrate(stores.databaseUrl, home.logOf('migration'));
  const { numbers } = await seedDatabase(stores.databaseUrl, env);
  const lab = await startLab(start);
  const told = environmentOf(env, {
    ...stores,
    secrets: home.secrets(),
    labUrl: lab?.url,
    phrasesDir: join(home.path, 'phrases'),
    recordingsDir: home.recordings,
  });
  const programs = await launchPrograms(start, told);
  const key = await adminKey(home, stores.databaseUrl, url);
  const admin = await adminSignIn(home, stores.databaseUrl);
  home.tellCentre({
    apiUrl: url,
    apiKey: key.key,
    ringover: {
      webhookToken: told['RINGOVER_WEBHOOK_TOKEN'] ?? '',
      callEventKey: told['RINGOVER_CALL_EVENT_KEY'] ?? '',
      ...sectionKeysOf(told),
      streamRateHz: Number(told['RINGOVER_STREAM_RATE_HZ'] || 8_000),
    },
    numbers,
    lab: lab ? { url: lab.url } : null,
    pid: process.pid,
  });
  say(banner({ env, url, stores, newKey: key.isNew ? key.key : undefined, admin, home }));
  return { url, told, running: [...stores.running, ...(lab ? [lab.running] : []), ...programs] };
}

/** What is not set is not there. */
function sectionKeysOf(told: NodeJS.ProcessEnv): Partial<CentreFile['ringover']> {
  const { RINGOVER_CONTACT_CALL_KEY: contactCallKey, RINGOVER_CONTACT_SEARCH_KEY: contactSearchKey } = told;
  const { RINGOVER_SMART_ROUTING_KEY: smartRoutingKey } = told;
  return {
    ...(contactCallKey && { contactCallKey }),
    ...(contactSearchKey && { contactSearchKey }),
    ...(smartRoutingKey && { smartRoutingKey }),
  };
}

/** The worker first: what is stopped last-to-first then takes no more jobs from an api that still has calls. */
export async function launchPrograms({ home, register, output }: Start, env: NodeJS.ProcessEnv): Promise<Running[]> {
  const logOf = (name: string) => (output === 'files' ? home.logOf(name) : undefined);
  const worker = await launchProgram({ name: 'worker', env, logPath: logOf('worker') }, register);
  const api = await launchProgram({ name: 'api', env, logPath: logOf('api') }, register);
  await untilReady(api, `http://127.0.0.1:${env['PORT']}`);
  return [worker, api];
}

function openOwnStores({ env, home, register, say }: Start): Promise<Stores> {
  const given = { databaseUrl: env['DATABASE_URL'] || undefined, redisUrl: env['REDIS_URL'] || undefined };
  return openStores({ ...given, home: home.path, software: home.software, durable: true, register, say });
}

/** Doubles of the providers, where a key is missing. */
async function startLab({ env, home, register }: Start): Promise<{ url: string; running: Running } | undefined> {
  if (stagesOf(env).every((stage) => isLive(env, stage))) return undefined;
  const logPath = home.logOf('lab');
  const labEnv = { ...env, CARILLON_HOME: home.path };
  const running = await launchProgram({ name: 'lab', args: ['serve', '--port', '0'], env: labEnv, logPath }, register);
  return { running, url: await labUrl({ ...running, logPath }) };
}
