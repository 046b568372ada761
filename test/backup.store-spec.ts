import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import pg from 'pg';
import { backUp } from '../tools/backup/backup.js';
import { restore } from '../tools/backup/restore.js';
import { quoted, tablesOf } from '../tools/backup/tables.js';
import { freshDatabase } from './stores.js';

const say = () => undefined;

async function contentOf(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const content: Record<string, string[]> = {};
  for (const name of await tablesOf(client)) {
    const { rows } = await client.query<{ row: string }>(`SELECT t::text AS row FROM ${quoted(name)} t ORDER BY 1`);
    content[name] = rows.map(({ row }) => row);
  }
  await client.end();
  return content;
}

describe('a backup', () => {
  let home: string;
  let from: Awaited<ReturnType<typeof freshDatabase>>;
  let to: Awaited<ReturnType<typeof freshDatabase>>;
  let postgres: PostgresForSpecs;
  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), 'backup-'));
    [from, to] = [await freshDatabase(), await freshDatabase()];
    postgres = await postgresForSpecs(from.url);
    const contacts = Array.from({ length: 1_200 }, (_, n) => ({
      e164: `+336${String(n).padStart(8, '0')}`,
      name: `Zoë "${n}" ☎\n`,
    }));
    await postgres.prisma.contact.createMany({ data: contacts });
    mkdirSync(join(home, 'recordings/2026'), { recursive: true });
    writeFileSync(join(home, 'recordings/2026/call.wav'), 'RIFF');
  });
  afterEach(async () => {
    await postgres.close();
    await Promise.all([from.drop(), to.drop()]);
    rmSync(home, { recursive: true, force: true });
  });
  const order = (url: string, recordings: string) => ({
    databaseUrl: url,
    folder: join(home, 'backup'),
    recordings: join(home, recordings),
    say,
  });

  it('brings every row and every recording back into an empty database', async () => {
    await backUp(order(from.url, 'recordings'));
    await restore(order(to.url, 'back'));
    const content = await contentOf(to.url);
    expect(content['contacts']).toHaveLength(1_200);
    expect(content).toEqual(await contentOf(from.url));
    expect(readFileSync(join(home, 'back/2026/call.wav'), 'utf8')).toBe('RIFF');
  });

  it('is of one moment, and readable by its owner alone', async () => {
    const { tables } = await backUp(order(from.url, 'recordings'));
    expect(tables.find(({ name }) => name === 'contacts')?.rows).toBe(1_200);
    expect(readdirSync(home).sort()).toEqual(['backup', 'recordings']);
  });

  it('does not overwrite another, nor a database that has rows', async () => {
    await backUp(order(from.url, 'recordings'));
    await expect(backUp(order(from.url, 'recordings'))).rejects.toThrow('is there already');
    await expect(restore(order(from.url, 'back'))).rejects.toThrow('restore into an empty one');
  });

  it('puts back all of it or nothing', async () => {
    await backUp(order(from.url, 'recordings'));
    const manifest = join(home, 'backup/manifest.json');
    writeFileSync(manifest, readFileSync(manifest, 'utf8').replace('"rows": 1200', '"rows": 1201'));
    await expect(restore(order(to.url, 'back'))).rejects.toThrow('holds 1200 rows, where the backup told of 1201');
    expect((await contentOf(to.url))['contacts']).toEqual([]);
  });

  it('is refused when it is not whole, or of a newer schema', async () => {
    await backUp(order(from.url, 'recordings'));
    const manifest = join(home, 'backup/manifest.json');
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(manifest, text.replace('"migrations": [', '"migrations": ["99991231000000_later",'));
    await expect(restore(order(to.url, 'back'))).rejects.toThrow('99991231000000_later');
    rmSync(manifest);
    await expect(restore(order(to.url, 'back'))).rejects.toThrow('no whole backup');
  });
});
