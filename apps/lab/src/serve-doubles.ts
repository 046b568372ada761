import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Clock } from '@app/kernel';
import { UsageError, USAGE } from './command-line.js';
import { asEnvFile, doubleAddresses } from './doubles/addresses.js';
import { Evidence } from './doubles/evidence.js';
import { Faults } from './doubles/faults.js';
import { readLatencies, Waits } from './doubles/latencies.js';
import { FliteEngine } from './engines/flite.engine.js';
import { MurmurEngine } from './engines/murmur.engine.js';
import { PocketSphinxEngine } from './engines/pocketsphinx.engine.js';
import { PocketSphinxAbsent } from './engines/pocketsphinx.files.js';
import type { RecogniserEngine } from './engines/recogniser-engine.js';
import { ScriptEngine } from './engines/script.engine.js';
import { DoublesServer } from './serve.js';

/** Of its first start, when Debian's packages are fetched: who waits for the doubles does not wait for ever. */
const FETCHED_WITHIN_MS = 40_000;

export interface ServeEnvironment {
  home: string;
  /** Of the lab's own files. */
  folder: string;
  clock: Clock;
  print: (line: string) => void;
  warn: (line: string) => void;
  /** Without a real recogniser it does not start. */
  mustHear: boolean;
  /** Engines are off: the recogniser goes by its caller's script, and the voice murmurs. */
  silent: boolean;
  /** What the voice made can be compared with what was heard. */
  keepsSound: boolean;
}

/**
 * Serves until it is told to stop. `lab serve` tells its address in one line of JSON, to the program that started it;
 * `lab providers` tells a person what there is and how a centre is told of it.
 */
export async function serveDoubles(
  { name, args }: { name: 'serve' | 'providers'; args: string[] },
  { home, folder, clock, print, warn, mustHear, silent, keepsSound }: ServeEnvironment,
): Promise<void> {
  const { port, latencies, seed, json } = read(args);
  const engine = silent ? new MurmurEngine() : new FliteEngine({ cacheFolder: join(home, 'lab', 'speech') });
  const evidence = new Evidence({ keepsSound });
  const recognisers: RecogniserEngine[] = [new ScriptEngine((callId) => evidence.scriptOf(callId)?.lines ?? [])];
  const ears = silent ? undefined : await openEars({ home, clock, warn, mustHear }, recognisers);
  const server = new DoublesServer({
    clock,
    engine,
    evidence,
    faults: new Faults(),
    latencies: readLatencies(join(folder, 'latencies.yaml'), latencies),
    waits: new Waits(seed),
    recognisers,
  });
  const url = await server.listen(port);
  for (const line of name === 'serve' ? [JSON.stringify({ ready: true, url })] : sheetOf(url, json)) print(line);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await server.close();
  await engine.close();
  await ears?.close();
}

function sheetOf(url: string, json: boolean): string[] {
  const doubles = doubleAddresses(url);
  const env = Object.assign({}, ...doubles.map((double) => double.env)) as Record<string, string>;
  if (json) return [JSON.stringify({ ready: true, url, doubles, env }, null, 2)];
  return [
    `# The doubles of all providers are served at ${url} until Ctrl-C. As the environment of a centre, or its .env:`,
    ...asEnvFile(doubles),
  ];
}

type EarsEnvironment = Pick<ServeEnvironment, 'home' | 'clock' | 'warn' | 'mustHear'>;

/** PocketSphinx before all other recognisers, now or when it has been fetched. @throws PocketSphinxAbsent when it must be there */
async function openEars(
  { home, clock, warn, mustHear }: EarsEnvironment,
  recognisers: RecogniserEngine[],
): Promise<{ close(): Promise<void> }> {
  let heardBy: PocketSphinxEngine | undefined;
  const sphinx = openSphinx({ home, warn, mustHear }).then((ears) => {
    heardBy = ears;
    if (ears) recognisers.unshift(ears);
  });
  if (mustHear) await sphinx;
  else await sphinxOrLater(sphinx, { clock, warn });
  return { close: async () => heardBy?.close() }; // one that is still being fetched is left to whoever ends this process
}

/** Resolves when it hears, or never will, or is late: what begins before then goes by its caller's script. */
async function sphinxOrLater(sphinx: Promise<unknown>, { clock, warn }: Pick<ServeEnvironment, 'clock' | 'warn'>) {
  const inTime = new AbortController();
  const late = clock.sleep(FETCHED_WITHIN_MS, inTime.signal).then(
    () =>
      warn("PocketSphinx is still being fetched; until it is there the recogniser double goes by its caller's script"),
    () => undefined, // it was not late
  );
  await Promise.race([sphinx.finally(() => inTime.abort()), late]);
}

/** @throws PocketSphinxAbsent when it must be there and is not */
async function openSphinx({ home, warn, mustHear }: Pick<ServeEnvironment, 'home' | 'warn' | 'mustHear'>) {
  try {
    return await PocketSphinxEngine.start({ folder: join(home, 'lab', 'pocketsphinx') });
  } catch (error) {
    if (mustHear || !(error instanceof PocketSphinxAbsent)) throw error;
    warn(`${error.message}; the recogniser double goes by its caller's script`);
    return undefined;
  }
}

function read(args: string[]): { port: number; latencies: string; seed: number; json: boolean } {
  const options = {
    port: { type: 'string', default: '0' },
    latencies: { type: 'string', default: 'usual' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  } as const;
  try {
    const { values } = parseArgs({ args, options });
    const { latencies, json } = values;
    return { port: whole(values.port, 65_535), latencies, seed: whole(values.seed, 2 ** 31), json };
  } catch (cause) {
    throw new UsageError(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause });
  }
}

function whole(text: string, most: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0 || number > most)
    throw new UsageError(`${text} is not a number from 0 to ${most}`);
  return number;
}
