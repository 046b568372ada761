import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperationalError } from '@app/kernel';
import { z } from 'zod';

/** There is no centre to call. The message says what to do. */
export class NoCentre extends OperationalError {
  readonly code = 'lab.no-centre';
  readonly retryable = true;
}

const url = z.url({ protocol: /^https?$/ }).transform((text) => text.replace(/\/$/, ''));

const centre = z.object({
  apiUrl: url,
  apiKey: z.string().min(1),
  ringover: z.object({
    webhookToken: z.string().min(1),
    callEventKey: z.string().min(1),
    streamRateHz: z.literal([8_000, 16_000]),
  }),
  numbers: z.array(z.object({ e164: z.string(), mediaToken: z.string(), agent: z.string() })).min(1),
  /** The doubles' control API; null when real providers serve the call. */
  lab: z.object({ url }).nullable(),
  pid: z.number(),
});

/** A running installation, as its launcher wrote it down. */
export type Centre = z.output<typeof centre>;

const FILE = 'centre.json';
const START_IT = 'start it with: npm start';

/** @param home the installation's private folder. @throws NoCentre when none runs there, or its file cannot be read */
export async function readCentre(home: string): Promise<Centre> {
  const file = join(home, FILE);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new NoCentre(`the centre is not running: there is no ${file}; ${START_IT}`, { cause: error });
  });
  const read = centre.safeParse(parseJson(text));
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'the file'}: ${message}`);
    throw new NoCentre(`${file} was not written by this version of the centre (${faults.join('; ')}); ${START_IT}`);
  }
  await checkHealth(read.data, file);
  return read.data;
}

async function checkHealth({ apiUrl }: Centre, file: string): Promise<void> {
  try {
    const answer = await fetch(`${apiUrl}/health`, { signal: AbortSignal.timeout(3_000) });
    if (answer.ok) return;
    throw new Error(`status ${answer.status}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new NoCentre(`the centre of ${file} does not answer at ${apiUrl} (${why}); ${START_IT}`, { cause: error });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
