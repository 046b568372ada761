import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesToPcm, pcmToBytes } from '@app/audio';
import type { PhraseStore, RenderedPhrase } from '@app/conversation';
import type { Clock } from '@app/kernel';
import { z } from 'zod';

const ENDING = '.phrase';
/** Ten hours of telephone sound. */
const MAX_BYTES = 600_000_000;
/** What lies half written for so long belongs to nobody any more. */
const ABANDONED_MS = 3_600_000;

const header = z.object({
  key: z.string(),
  words: z.array(z.object({ text: z.string(), startMs: z.number(), endMs: z.number() })),
});

export interface PhraseFilesParts {
  folder: string;
  clock: Clock;
  /** Told what went wrong with the folder; the phrase is rendered again at the next start. */
  report: (error: unknown) => void;
  maxBytes?: number;
}

/**
 * Rendered phrases as files that only their owner may read, each under the hash of what it is. A file is a checksum and a
 * line of JSON, then the sound; whatever else lies there under such a name is not read. The folder is bounded: what was
 * read or written longest ago goes first.
 */
export class PhraseFiles implements PhraseStore {
  constructor(private readonly parts: PhraseFilesParts) {}

  async read(key: string): Promise<RenderedPhrase | undefined> {
    const path = this.#pathOf(key);
    try {
      const phrase = phraseIn(await readFile(path), key);
      const now = this.parts.clock.date();
      if (phrase) await utimes(path, now, now);
      return phrase;
    } catch (error) {
      if (!isAbsent(error)) this.parts.report(error);
      return undefined;
    }
  }

  async write(key: string, phrase: RenderedPhrase): Promise<void> {
    const { folder, report } = this.parts;
    const half = join(folder, `${randomUUID()}.half`);
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(half, fileOf(key, phrase), { mode: 0o600 });
      await rename(half, this.#pathOf(key));
      await this.#bound();
    } catch (error) {
      report(error);
      await rm(half, { force: true }).catch(report);
    }
  }

  #pathOf(key: string): string {
    return join(this.parts.folder, `${createHash('sha256').update(key).digest('hex')}${ENDING}`);
  }

  async #bound(): Promise<void> {
    const { folder, clock, maxBytes = MAX_BYTES } = this.parts;
    const names = (await readdir(folder)).filter((name) => name.endsWith(ENDING) || name.endsWith('.half'));
    const files = await Promise.all(names.map((name) => fileAt(join(folder, name))));
    const newestFirst = files.filter((file) => file !== undefined).sort((one, other) => other.usedMs - one.usedMs);
    const nowMs = clock.date().getTime();
    let bytes = 0;
    for (const { path, usedMs, size } of newestFirst) {
      bytes += size;
      const isLeft = !path.endsWith(ENDING) && nowMs - usedMs > ABANDONED_MS;
      if (isLeft || (path.endsWith(ENDING) && bytes > maxBytes)) await rm(path, { force: true });
    }
  }
}

/** Undefined when another process took it away. */
async function fileAt(path: string): Promise<{ path: string; usedMs: number; size: number } | undefined> {
  try {
    const { mtimeMs, size } = await stat(path);
    return { path, usedMs: mtimeMs, size };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

function fileOf(key: string, { samples, words }: RenderedPhrase): Buffer {
  const content = Buffer.concat([Buffer.from(`${JSON.stringify({ key, words })}\n`), pcmToBytes(samples)]);
  return Buffer.concat([Buffer.from(`${checksum(content)}\n`), content]);
}

function phraseIn(file: Buffer, key: string): RenderedPhrase | undefined {
  const sumEnd = file.indexOf('\n');
  const content = file.subarray(sumEnd + 1);
  if (sumEnd < 0 || file.subarray(0, sumEnd).toString() !== checksum(content)) return undefined;
  const headerEnd = content.indexOf('\n');
  const read = header.safeParse(JSON.parse(content.subarray(0, headerEnd).toString()));
  if (!read.success || read.data.key !== key) return undefined;
  return { samples: bytesToPcm(content.subarray(headerEnd + 1)), words: read.data.words };
}

const checksum = (content: Uint8Array): string => createHash('sha256').update(content).digest('hex');

const isAbsent = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
