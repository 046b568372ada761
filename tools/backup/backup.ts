import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import { CannotStart } from '../processes/cannot-start.js';
import { migrationsOf, quoted, tablesOf } from './tables.js';

const ROWS_AT_ONCE = 1_000;

export interface Backup {
  databaseUrl: string;
  /** Made; must not be there. */
  folder: string;
  /** Copied beside the tables; undefined: the database alone. */
  recordings: string | undefined;
  say: (line: string) => void;
}

/** What a backup tells of itself. */
export interface Manifest {
  madeAt: string;
  migrations: string[];
  /** Rows by table, in the order in which they can be put back. */
  tables: { name: string; rows: number }[];
  recordings: boolean;
}

/**
 * Writes every table as it is at one moment, a JSON text for each row, while calls go on. It counts only when it is whole:
 * until then its folder has another name. @throws CannotStart
 */
export async function backUp({ databaseUrl, folder, recordings, say }: Backup): Promise<Manifest> {
  if (existsSync(folder)) throw new CannotStart(`${folder} is there already: name a folder that is not`);
  const partial = `${folder}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY');
    const tables: Manifest['tables'] = [];
    for (const name of await tablesOf(client)) {
      const rows = await writeTable(client, name, join(partial, `${name}.jsonl.gz`));
      say(`${name}: ${rows} rows`);
      tables.push({ name, rows });
    }
    const migrations = await migrationsOf(client);
    const hasRecordings = recordings !== undefined && existsSync(recordings);
    if (hasRecordings) await cp(recordings, join(partial, 'recordings'), { recursive: true });
    const manifest = { madeAt: new Date().toISOString(), migrations, tables, recordings: hasRecordings };
    await writeFile(join(partial, 'manifest.json'), JSON.stringify(manifest, null, 2));
    await rename(partial, folder);
    return manifest;
  } finally {
    await client.end();
  }
}

async function writeTable(client: pg.Client, name: string, file: string): Promise<number> {
  let count = 0;
  await client.query(`DECLARE rows NO SCROLL CURSOR FOR SELECT row_to_json(t)::text AS row FROM ${quoted(name)} t`);
  const lines = async function* (): AsyncGenerator<string> {
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`FETCH ${ROWS_AT_ONCE} FROM rows`);
      if (rows.length === 0) return;
      count += rows.length;
      yield rows.map(({ row }) => `${row}\n`).join('');
    }
  };
  await pipeline(Readable.from(lines()), createGzip(), createWriteStream(file, { mode: 0o600 }));
  await client.query('CLOSE rows');
  return count;
}
