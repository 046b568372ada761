import { createReadStream, existsSync, readFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import pg from 'pg';
import { migrate } from '../prisma/migrate.js';
import { CannotStart } from '../processes/cannot-start.js';
import type { Manifest } from './backup.js';
import { migrationsOf, quoted, tablesOf } from './tables.js';

const ROWS_AT_ONCE = 500;

export interface Restore {
  databaseUrl: string;
  folder: string;
  /** Where recordings go; undefined: nowhere. */
  recordings: string | undefined;
  say: (line: string) => void;
}

/**
 * Puts a backup into a database without rows, which is brought to the newest schema first. All of it, or nothing.
 *
 * @throws CannotStart when the folder holds no whole backup, or one of a newer schema, or the database has rows
 */
export async function restore({ databaseUrl, folder, recordings, say }: Restore): Promise<void> {
  const manifest = manifestOf(folder);
  await migrate(databaseUrl);
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await mustFit(client, manifest);
    await client.query('BEGIN');
    for (const { name, rows } of manifest.tables) {
      const put = await readTable(client, name, join(folder, `${name}.jsonl.gz`));
      if (put !== rows) throw new CannotStart(`${name} holds ${put} rows, where the backup told of ${rows}`);
      say(`${name}: ${rows} rows`);
    }
    await client.query('COMMIT');
  } finally {
    await client.end();
  }
  if (manifest.recordings && recordings !== undefined)
    await cp(join(folder, 'recordings'), recordings, { recursive: true, errorOnExist: true, force: false });
}

function manifestOf(folder: string): Manifest {
  const file = join(folder, 'manifest.json');
  if (!existsSync(file)) throw new CannotStart(`there is no whole backup in ${folder}: it has no manifest.json`);
  return JSON.parse(readFileSync(file, 'utf8')) as Manifest;
}

async function mustFit(client: pg.Client, manifest: Manifest): Promise<void> {
  const known = await migrationsOf(client);
  const newer = manifest.migrations.filter((name) => !known.includes(name));
  if (newer.length > 0)
    throw new CannotStart(`the backup was made by a newer version (${newer.join(', ')}): restore with that one`);
  for (const name of await tablesOf(client)) {
    const { rows } = await client.query(`SELECT 1 FROM ${quoted(name)} LIMIT 1`);
    if (rows.length > 0)
      throw new CannotStart(`the database has rows (${name}): restore into an empty one, so that nothing is lost`);
  }
}

async function readTable(client: pg.Client, name: string, file: string): Promise<number> {
  const insert = `INSERT INTO ${quoted(name)} SELECT * FROM json_populate_recordset(NULL::${quoted(name)}, $1::json)`;
  let [count, batch] = [0, [] as string[]];
  const put = async () => {
    if (batch.length > 0) await client.query(insert, [`[${batch.join(',')}]`]);
    count += batch.length;
    batch = [];
  };
  for await (const line of createInterface({ input: createReadStream(file).pipe(createGunzip()) })) {
    batch.push(line);
    if (batch.length === ROWS_AT_ONCE) await put();
  }
  await put();
  return count;
}
