import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { StoreError } from '@app/conversation/ports';

/** A log as it is kept: its lines, each with a line feed, gzipped. */
export interface ArchivedLog {
  entries: number;
  /** Of the JSON lines, in hex. */
  sha256: string;
  gzip: Uint8Array<ArrayBuffer>;
}

/** @param lines JSON texts, none with a line feed in it */
export async function archive(lines: readonly string[]): Promise<ArchivedLog> {
  const text = Buffer.from(lines.map((line) => `${line}\n`).join(''));
  return { entries: lines.length, sha256: hashOf(text), gzip: new Uint8Array(await promisify(gzip)(text)) };
}

/** @throws StoreError `unreadable` when it is not what was put there */
export async function unarchive({ entries, sha256, gzip: packed }: ArchivedLog): Promise<string[]> {
  const text = await promisify(gunzip)(packed).catch(() => undefined);
  if (!text || hashOf(text) !== sha256) throw new StoreError('postgres', 'unreadable', { detail: 'log of a call' });
  return entries === 0 ? [] : text.toString().slice(0, -1).split('\n');
}

const hashOf = (text: Buffer): string => createHash('sha256').update(text).digest('hex');
