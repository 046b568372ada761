import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Clock } from '@app/kernel';
import { UsageError, USAGE } from './command-line.js';
import { Evidence } from './doubles/evidence.js';
import { Faults } from './doubles/faults.js';
import { readLatencies, Waits } from './doubles/latencies.js';
import { FliteEngine } from './engines/flite.engine.js';
import { MurmurEngine } from './engines/murmur.engine.js';
import { PocketSphinxEngine } from './engines/pocketsphinx.engine.js';
import { PocketSphinxAbsent } from './engines/pocketsphinx.files.js';
import { ScriptEngine } from './engines/script.engine.js';
import { DoublesServer } from './serve.js';

export interface ServeEnvironment {
  home: string;
  /** Of the lab's own files. */
  folder: string;
  clock: Clock;
  print: (line: string) => void;
  warn: (line: string) => void;
  /** Without a real recogniser it does not start. */
  mustHear: boolean;
  /** Engines are off: the recogniser goes by its caller's script, the voice murmurs, and no sound is kept. */
  silent: boolean;
}

/** `lab serve`: tells its address in one line of JSON, then serves until it is told to stop. */
export async function serveDoubles(
  args: string[],
  { home, folder, clock, print, warn, mustHear, silent }: ServeEnvironment,
): Promise<void> {
  const { port, latencies, seed } = read(args);
  const engine = silent ? new MurmurEngine() : new FliteEngine({ cacheFolder: join(home, 'lab', 'speech') });
  const evidence = new Evidence({ keepsSound: !silent });
  const sphinx = silent ? undefined : await openSphinx({ home, warn, mustHear });
  const server = new DoublesServer({
    clock,
    engine,
    evidence,
    faults: new Faults(),
    latencies: readLatencies(join(folder, 'latencies.yaml'), latencies),
    waits: new Waits(seed),
    recognisers: [...(sphinx ? [sphinx] : []), new ScriptEngine((callId) => evidence.scriptOf(callId)?.lines ?? [])],
  });
  const url = await server.listen(port);
  print(JSON.stringify({ ready: true, url }));
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await server.close();
  await engine.close();
  await sphinx?.close();
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

function read(args: string[]): { port: number; latencies: string; seed: number } {
  const options = {
    port: { type: 'string', default: '0' },
    latencies: { type: 'string', default: 'usual' },
    seed: { type: 'string', default: '1' },
  } as const;
  try {
    const { values } = parseArgs({ args, options });
    return { port: whole(values.port, 65_535), latencies: values.latencies, seed: whole(values.seed, 2 ** 31) };
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
