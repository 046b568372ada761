import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { OperationalError, systemClock } from '@app/kernel';
import { runCalls } from './call/run-calls.js';
import { serveBare } from './bare/bare-server.js';
import { ScenarioError } from './caller/scenario.js';
import { type Command, readCommand, USAGE, UsageError } from './command-line.js';
import { FliteEngine } from './engines/flite.engine.js';
import { runLoad } from './load/run-load.js';
import { runSoak } from './load/soak.js';
import { serveDoubles } from './serve-doubles.js';

const EXIT = { good: 0, wrong: 1, usage: 2 } as const;

/** The lab's own folder: from the sources it is beside them, from a build it is in the repository that was built. */
const LAB_FOLDER = [join(import.meta.dirname, '..'), join(import.meta.dirname, '../../../../apps/lab')].find((folder) =>
  existsSync(join(folder, 'scenarios')),
);

const print = (line: string): void => void process.stdout.write(`${line}\n`);
const warn = (line: string): void => void process.stderr.write(`${line}\n`);

async function run(command: Command): Promise<number> {
  if (command.name === 'help') print(USAGE);
  const home = process.env['CARILLON_HOME'] || '.local';
  const folder = LAB_FOLDER ?? '.';
  if (command.name === 'serve' || command.name === 'providers') {
    const mustHear = process.env['CARILLON_REQUIRE_POCKETSPHINX'] === '1';
    const silent = process.env['LAB_ENGINES'] === 'off';
    const keepsSound = !silent || process.env['LAB_SOUND'] === 'kept';
    await serveDoubles(command, { home, folder, clock: systemClock, print, warn, mustHear, silent, keepsSound });
  }
  if (command.name === 'bare') {
    const { url } = await serveBare(systemClock, command.rateHz, command.port);
    print(JSON.stringify({ ready: true, url }));
  }
  if (command.name === 'load' || command.name === 'soak') {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(EXIT.wrong)); // and all that it started
    const [, program = ''] = process.argv;
    const surroundings = { home: resolve(home), root: join(folder, '../..'), program, env: process.env };
    const run = { ...surroundings, clock: systemClock, print, warn };
    const good = await (command.name === 'load' ? runLoad({ command, ...run }) : runSoak({ command, ...run }));
    return good ? EXIT.good : EXIT.wrong;
  }
  if (command.name !== 'call' && command.name !== 'rehearse') return EXIT.good;
  const openEngine = () => Promise.resolve(new FliteEngine({ cacheFolder: join(home, 'lab', 'speech') }));
  const scenarios = join(folder, 'scenarios');
  const good = await runCalls({ command, home, scenarios, openEngine, clock: systemClock, print });
  return good ? EXIT.good : EXIT.wrong;
}

async function main(args: readonly string[]): Promise<number> {
  try {
    return await run(readCommand(args));
  } catch (error) {
    if (!(error instanceof OperationalError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error instanceof UsageError || error instanceof ScenarioError ? EXIT.usage : EXIT.wrong;
  }
}

process.exitCode = await main(process.argv.slice(2));
