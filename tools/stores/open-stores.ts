import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../processes/free-port.js';
import type { Running } from '../processes/process-group.js';
import type { ProcessRegister } from '../processes/process-register.js';
import { startPostgres, urlOf } from './postgres.js';
import { startRedis } from './redis.js';

const DATABASE = 'carillon';

export interface StoresOrder {
  /** The private folder: data, ports and passwords are kept in it. */
  home: string;
  software: string;
  /** Given: that server is used, and none is started. */
  databaseUrl?: string | undefined;
  redisUrl?: string | undefined;
  durable: boolean;
  register: ProcessRegister;
  say: (line: string) => void;
}

export interface Stores {
  databaseUrl: string;
  redisUrl: string;
  /** For the banner. */
  what: { postgres: string; redis: string };
  /** What was started here, in the order of the start. */
  running: Running[];
  /** Where PostgreSQL keeps its data; undefined for a given one. */
  dataDir?: string;
}

/** Real stores: those that are given, else private ones. @throws CannotStart, and then leaves what it began in `register` */
export async function openStores(order: StoresOrder): Promise<Stores> {
  const kept = keptIn(order.home);
  const { home, register, durable, software, say } = order;
  const running: Running[] = [];
  const stores = {
    what: { postgres: given('DATABASE_URL', order.databaseUrl), redis: given('REDIS_URL', order.redisUrl) },
    running,
  };
  const urls = { databaseUrl: order.databaseUrl ?? '', redisUrl: order.redisUrl ?? '' };
  let dataDir: string | undefined;
  if (!order.databaseUrl) {
    const port = await freePort(kept.postgresPort);
    const postgres = await startPostgres({ home, register, durable, port, password: kept.password });
    running.push(postgres.running);
    dataDir = postgres.dataDir;
    keep(home, { ...kept, postgresPort: port });
    urls.databaseUrl = urlOf(port, kept.password, DATABASE);
    stores.what.postgres = `embedded PostgreSQL, port ${port}`;
  }
  if (!order.redisUrl) {
    const port = await freePort(kept.redisPort);
    const redis = await startRedis({ home, register, software, say, port, password: kept.password });
    running.push(redis.running);
    keep(home, { ...keptIn(home), redisPort: port });
    urls.redisUrl = redis.url;
    stores.what.redis = `${redis.what}, port ${port}`;
  }
  return { ...stores, ...urls, ...(dataDir && { dataDir }) };
}

const given = (name: string, url: string | undefined) => (url ? `${name}, ${new URL(url).host}` : '');

interface Kept {
  password: string;
  postgresPort?: number;
  redisPort?: number;
}

const fileIn = (home: string) => join(home, 'stores.json');

/** The password is written before anything is made with it. */
function keptIn(home: string): Kept {
  if (existsSync(fileIn(home))) return JSON.parse(readFileSync(fileIn(home), 'utf8')) as Kept;
  const kept = { password: randomBytes(24).toString('hex') };
  keep(home, kept);
  return kept;
}

const keep = (home: string, kept: Kept) => writeFileSync(fileIn(home), JSON.stringify(kept), { mode: 0o600 });

/** The address of the private PostgreSQL, whether or not it runs; undefined if there never was one. */
export function ownDatabaseUrl(home: string): string | undefined {
  if (!existsSync(fileIn(home))) return undefined;
  const { password, postgresPort } = keptIn(home);
  return postgresPort === undefined ? undefined : urlOf(postgresPort, password, DATABASE);
}
