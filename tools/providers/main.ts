// `npm run check-providers`: the cheapest real request to every provider that has a key, and a line for each of what works,
// which models end, and what to do. Exit codes: 0 all is well or will be for a while, 1 something is wrong, 2 the
// environment was.
import { existsSync } from 'node:fs';
import { systemClock } from '@app/kernel';
import { checkProviders, PROVIDER_VARIABLES, providerFaults, providersConfig } from '@app/providers';
import { z } from 'zod';

const EXIT = { good: 0, wrong: 1, usage: 2 } as const;
const WORDS = { ok: 'ok     ', warning: 'WARNING', wrong: 'WRONG  ' } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  if (existsSync('.env')) process.loadEnvFile('.env'); // what is set already wins
  const set = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''));
  const { data: env, error } = z.object(PROVIDER_VARIABLES).safeParse(set);
  const faults = error
    ? error.issues.map(({ path, message }) => `${path.join('.')} ${message}`)
    : providerFaults(env).map(({ name, problem }) => `${name} ${problem}`);
  for (const fault of faults) console.error(fault);
  if (!env || faults.length > 0) return EXIT.usage;
  const checks = await checkProviders(providersConfig(env), { clock: systemClock, fetch });
  if (checks.length === 0) console.log('no provider has a key: everything is rehearsed by the lab’s doubles');
  for (const { vendor, state, says, toDo, tookMs } of checks) {
    const took = tookMs === null ? '' : ` (${tookMs} ms)`;
    console.log(`${WORDS[state]}  ${vendor}: ${says}${took}${toDo ? `. To do: ${toDo}` : ''}`);
  }
  return checks.some(({ state }) => state === 'wrong') ? EXIT.wrong : EXIT.good;
}
