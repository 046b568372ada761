import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { RenderedWord } from './speech-engine.js';

/** Speech as its engine made it, at the engine's own rate. */
export interface MadeSpeech {
  samples: Int16Array;
  rateHz: number;
  words: readonly RenderedWord[];
}

const ENDING = '.speech';
/** Changes whenever the same text would be made differently. */
const EDITION = 1;
const KEPT_FILES = 2_000;

const header = z.object({
  rateHz: z.number(),
  words: z.array(z.object({ text: z.string(), startMs: z.number(), endMs: z.number() })),
});

/** Speech on disk: a line of JSON, then samples as they lie in memory (a cache is not carried to another machine). */
export class SpeechCache {
  #ready: Promise<void> | undefined;

  constructor(private readonly folder: string) {}

  /** Undefined when it is not there, or cannot be read: it is then made again. */
  async find(voice: string, text: string): Promise<MadeSpeech | undefined> {
    const bytes = await readFile(this.#file(voice, text)).catch(() => undefined);
    const end = bytes?.indexOf('\n') ?? -1;
    if (!bytes || end < 0) return undefined;
    const told = header.safeParse(parse(bytes.toString('utf8', 0, end)));
    if (!told.success) return undefined;
    const pcm = Uint8Array.from(bytes.subarray(end + 1));
    return { ...told.data, samples: new Int16Array(pcm.buffer, 0, pcm.length >> 1) };
  }

  /** A disk that takes nothing costs time, not speech. */
  async keep(voice: string, text: string, { samples, ...told }: MadeSpeech): Promise<void> {
    const file = this.#file(voice, text);
    const draft = `${file}.${process.pid}.${Math.random().toString(36).slice(2)}`;
    const bytes = new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
    try {
      await (this.#ready ??= this.#prepare());
      await writeFile(draft, Buffer.concat([Buffer.from(`${JSON.stringify(told)}\n`), bytes]));
      await rename(draft, file);
    } catch {
      await rm(draft, { force: true });
    }
  }

  #file(voice: string, text: string): string {
    const name = createHash('sha256')
      .update(JSON.stringify([EDITION, voice, text]))
      .digest('hex')
      .slice(0, 32);
    return join(this.folder, `${name}${ENDING}`);
  }

  /** Makes the folder; of a full one, the oldest half goes. */
  async #prepare(): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    const files = (await readdir(this.folder)).filter((name) => name.endsWith(ENDING));
    if (files.length <= KEPT_FILES) return;
    const aged = await Promise.all(
      files.map(async (name) => ({ name, atMs: (await stat(join(this.folder, name))).mtimeMs })),
    );
    const oldest = aged.sort((one, other) => one.atMs - other.atMs).slice(0, files.length - KEPT_FILES / 2);
    await Promise.all(oldest.map(({ name }) => rm(join(this.folder, name), { force: true })));
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
