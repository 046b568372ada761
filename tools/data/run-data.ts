import pg from 'pg';
import { CannotStart } from '../processes/cannot-start.js';
import type { DataMigration } from './data-migration.js';

export interface DataRun {
  databaseUrl: string;
  migration: DataMigration;
  /** Of one batch, and so of one transaction. */
  rowsAtOnce: number;
  say: (line: string) => void;
  /** Stops after the batch that is under way; the next run goes on from there. */
  signal: AbortSignal;
}

const SAMPLES = 3;
const SAY_EVERY_MS = 2_000;
const NO_SUCH_TABLE = '42P01';

interface Progress {
  position: string | null;
  changed: number;
  started_at: Date;
  finished_at: Date | null;
}

/** Says how many rows would be changed, and shows a few without what is personal. Changes nothing. @throws CannotStart */
export async function tryOut({ databaseUrl, migration, say }: Omit<DataRun, 'rowsAtOnce' | 'signal'>): Promise<number> {
  return connected(databaseUrl, async (client) => {
    await client.query('BEGIN READ ONLY');
    const count = await migration.count(client);
    say(`${migration.name}: ${count} rows would be changed`);
    for (const row of await migration.samples(client, SAMPLES))
      say(`  ${JSON.stringify(redacted(row, migration.shown))}`);
    await client.query('ROLLBACK');
    return count;
  });
}

/**
 * Changes what is to be changed, batch by batch; each is one transaction, with the note of how far it came. Whoever stops
 * it anywhere goes on there.
 *
 * @returns `stopped` when the signal aborted before the end @throws CannotStart when it was done before, or is being done
 */
export async function runData(run: DataRun): Promise<'done' | 'stopped'> {
  const { databaseUrl, migration, say } = run;
  return connected(databaseUrl, async (client) => {
    await takeTurn(client, migration.name);
    const before = await progressOf(client, migration.name);
    if (before?.finished_at)
      throw new CannotStart(
        `${migration.name} was done at ${before.finished_at.toISOString()}: ${before.changed} rows`,
      );
    if (before) say(`${migration.name}: goes on after ${before.changed} rows`);
    const total = (before?.changed ?? 0) + (await migration.count(client));
    const outcome = await changeAll(client, run, { before, total });
    const { changed = 0 } = (await progressOf(client, migration.name)) ?? {};
    say(`${migration.name}: ${outcome} at ${changed} rows${outcome === 'stopped' ? '; run it again to go on' : ''}`);
    return outcome;
  });
}

async function changeAll(
  client: pg.Client,
  { migration, rowsAtOnce, say, signal }: DataRun,
  { before, total }: { before: Progress | undefined; total: number },
): Promise<'done' | 'stopped'> {
  let [position, changed, saidMs] = [before?.position ?? null, before?.changed ?? 0, performance.now()];
  for (;;) {
    if (signal.aborted) return 'stopped';
    await client.query('BEGIN');
    const batch = await migration.batch(client, position, rowsAtOnce);
    changed += batch.changed;
    await client.query(NOTE, [migration.name, batch.position, changed]);
    await client.query('COMMIT');
    if (batch.position === null) return 'done';
    position = batch.position;
    if (performance.now() - saidMs < SAY_EVERY_MS) continue;
    say(`${migration.name}: ${changed} of about ${total} rows`);
    saidMs = performance.now();
  }
}

/** What became of each: its name, and whether and how far it was run. @throws CannotStart */
export async function listData(databaseUrl: string, migrations: readonly DataMigration[]): Promise<string[]> {
  return connected(databaseUrl, async (client) => {
    const lines: string[] = [];
    for (const { name, purpose } of migrations)
      lines.push(`${name}: ${stateOf(await progressOf(client, name))}\n  ${purpose}`);
    return lines;
  });
}

const NOTE = `
  INSERT INTO data_migrations (name, position, changed, started_at, finished_at)
  VALUES ($1, $2, $3, now(), CASE WHEN $2::text IS NULL THEN now() END)
  ON CONFLICT (name) DO UPDATE SET position = $2, changed = $3, finished_at = CASE WHEN $2::text IS NULL THEN now() END`;

function stateOf(progress: Progress | undefined): string {
  if (!progress) return 'not run yet';
  const { changed, finished_at: finishedAt } = progress;
  return finishedAt ? `done at ${finishedAt.toISOString()}, ${changed} rows` : `begun, ${changed} rows so far`;
}

/** Kept until the connection ends, so that nobody keeps it who died. @throws CannotStart */
async function takeTurn(client: pg.Client, name: string): Promise<void> {
  const sql = 'SELECT pg_try_advisory_lock(hashtext($1)) AS taken';
  const { rows } = await client.query<{ taken: boolean }>(sql, [`data-migration ${name}`]);
  if (!rows[0]?.taken) throw new CannotStart(`${name} is being run by somebody else`);
}

async function progressOf(client: pg.Client, name: string): Promise<Progress | undefined> {
  const sql = 'SELECT position, changed, started_at, finished_at FROM data_migrations WHERE name = $1';
  return (await client.query<Progress>(sql, [name])).rows[0];
}

/** Of a text that may not be shown, its length is. */
const redacted = (row: Record<string, unknown>, shown: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, shown.includes(column) ? value : hidden(value)]),
  );

const hidden = (value: unknown): string | null =>
  value === null || value === undefined ? null : `(${String(JSON.stringify(value)).length} characters)`;

async function connected<T>(databaseUrl: string, act: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await act(client);
  } catch (error) {
    if ((error as { code?: string }).code !== NO_SUCH_TABLE) throw error;
    throw new CannotStart('the database has not had the newest migrations: npm start, or prisma migrate deploy');
  } finally {
    await client.end();
  }
}
