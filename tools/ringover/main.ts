import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { systemClock } from '@app/kernel';
import { checkRingover } from './check.js';
import { ConfigError, readSettings } from './settings.js';

const USAGE = `npm run ringover -- check [--wait] [--seconds 300]

Tries RINGOVER_API_KEY, lists the account's numbers, says which grants the key lacks, and prints the addresses to paste
into Ringover's dashboard for PUBLIC_URL (they hold secrets). --wait then waits for a first webhook. Nothing is changed.
Where RINGOVER_API_URL is set, RINGOVER_OTHER_API_URL may name the other region's address, so that a key of that region
is told from a wrong one.
Exit codes: 0 all is well, 1 something stands in the way, 2 the command or the environment was wrong.`;

const EXIT = { good: 0, wrong: 1, usage: 2 } as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: string[]): Promise<number> {
  const asked = read(args);
  if (!asked) {
    console.error(USAGE);
    return EXIT.usage;
  }
  if (existsSync('.env')) process.loadEnvFile('.env'); // what is set already wins
  try {
    const options = { clock: systemClock, print: (line: string) => console.log(line), waitMs: asked.waitMs };
    return (await checkRingover(readSettings(process.env), options)) ? EXIT.good : EXIT.wrong;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    return EXIT.usage;
  }
}

function read(args: string[]): { waitMs: number | undefined } | undefined {
  const options = { wait: { type: 'boolean' }, seconds: { type: 'string', default: '300' } } as const;
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    const seconds = Number(values.seconds);
    if (positionals.join(' ') !== 'check' || !(seconds > 0)) return undefined;
    return { waitMs: values.wait ? seconds * 1_000 : undefined };
  } catch {
    return undefined; // an option that there is not
  }
}
