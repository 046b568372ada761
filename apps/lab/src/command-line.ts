import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { OperationalError } from '@app/kernel';
import { z } from 'zod';
import { FAULTS_UNDER_LOAD, type FaultsUnderLoad } from './load/fault-plan.js';
import { type RingoverSwitches, USUAL_SWITCHES } from './ringover/ringover-call.js';
import { SIGNATURES } from './ringover/webhook-signature.js';

/** The command was written wrongly: the process exits 2. */
export class UsageError extends OperationalError {
  readonly code = 'lab.usage';
  readonly retryable = false;
}

export const USAGE = `usage: npm run lab -- <command> [options]

  call       a virtual caller rings the running centre, and the call is judged; exits 1 when anything was wrong
    --scenario <file>     what the caller says and does (default: apps/lab/scenarios/default.yaml)
    --calls <1-4>         so many calls at once (default 1)
    --seed <n>            the carrier's delay and the line's noise (default: another one each time)
    --json                one JSON document on standard output instead of the live lines
    --carrier <key=value> the virtual Ringover's habits, again and again:
                          ${Object.entries(USUAL_SWITCHES)
                            .map(([key, usual]) => `${key}=${String(usual)}`)
                            .join('\n                          ')}

  rehearse   one shorter call, shown live
    --seed <n>

  load       many calls at once against a centre of its own, beside a yardstick; exits 1 when a budget was missed
    --calls <1-1000>      so many at once (default 15)
    --seconds <5-3600>    for so long, once all are up (default 60)
    --api                 meanwhile asks for calls 50 times a second, orders calls, and hears the feed
    --attach              the running centre instead (its LINES_PER_AGENT must suffice)
    --seed <n>            what callers do (default: another one each time)
    --faults <name>       what goes wrong meanwhile: ${FAULTS_UNDER_LOAD.join(', ')}
    --nodes <1-4>         so many processes carry them, over the same stores (default 1; not with --attach)
    --reconnects <yes|no> whether the carrier opens a stream again that broke (default no); for node-kill
    --keep <folder>       where to write the logs of calls in which something failed or was slow
    --profile <file>      where to write a CPU profile of the api (not with --attach)
    --json

  soak       many short calls against a centre of its own; exits 1 when anything grew
    --calls <400-100000>  so many in all (default 2000)
    --at-once <1-200>     of them at once (default 40)
    --seed <n>
    --json

  bare       the yardstick alone: a voicebot with nothing to it
    --port <n>  --rate <8000|16000>

  providers  the doubles of all providers alone, until Ctrl-C; prints the environment that points a centre at them
    --port <n>            (default 0: any free one)
    --latencies <name>    usual, or none
    --seed <n>            of the latencies (default 1)
    --json

  serve      the same, for programs: prints one line of JSON with the address

The centre is the one that CARILLON_HOME names, .local by default.`;

export interface CallCommand {
  name: 'call' | 'rehearse';
  scenario: string | undefined;
  calls: number;
  seed: number | undefined;
  json: boolean;
  switches: RingoverSwitches;
}

export interface LoadCommand {
  name: 'load';
  calls: number;
  seconds: number;
  attach: boolean;
  /** The API is asked, and its feed is heard, while the calls are up. */
  api: boolean;
  seed: number | undefined;
  faults: FaultsUnderLoad | undefined;
  nodes: number;
  reconnects: boolean;
  keep: string | undefined;
  profile: string | undefined;
  json: boolean;
}

export interface SoakCommand {
  name: 'soak';
  calls: number;
  atOnce: number;
  seed: number | undefined;
  json: boolean;
}

export interface BareCommand {
  name: 'bare';
  port: number;
  rateHz: 8_000 | 16_000;
}

export type Command =
  | CallCommand
  | LoadCommand
  | SoakCommand
  | BareCommand
  | { name: 'serve' | 'providers'; args: string[] }
  | { name: 'help' };

const OPTIONS = {
  call: {
    scenario: { type: 'string' },
    calls: { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
    carrier: { type: 'string', multiple: true },
    help: { type: 'boolean' },
  },
  rehearse: { seed: { type: 'string' }, help: { type: 'boolean' } },
  load: {
    calls: { type: 'string' },
    seconds: { type: 'string' },
    attach: { type: 'boolean' },
    api: { type: 'boolean' },
    seed: { type: 'string' },
    faults: { type: 'string' },
    nodes: { type: 'string' },
    reconnects: { type: 'string' },
    keep: { type: 'string' },
    profile: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  soak: {
    calls: { type: 'string' },
    'at-once': { type: 'string' },
    seed: { type: 'string' },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  },
  bare: { port: { type: 'string' }, rate: { type: 'string' }, help: { type: 'boolean' } },
} satisfies Record<string, ParseArgsOptionsConfig>;

const switches = z
  .strictObject({
    metadata: z.enum(['ids', 'none', 'opaque']),
    idsAs: z.enum(['number', 'string']),
    numbersAs: z.enum(['number', 'string', 'either']),
    webhookOrder: z.enum(['as-it-happened', 'answered-first', 'all-late']),
    duplicateWebhooks: z.stringbool(),
    signature: z.enum(SIGNATURES),
    clockSkewS: z.coerce.number().min(-86_400).max(86_400),
    lostWebhooks: z.enum(['none', 'hangup', 'all']),
    afterCall: z.stringbool(),
    retryDelaysMs: z
      .string()
      .transform((text) => text.split(',').map(Number))
      .pipe(z.array(z.number().int().min(0))),
    digitsAs: z.enum(['text', 'tones', 'both']),
  })
  .partial();

/** @throws UsageError that says what is wrong and what would be right */
export function readCommand(args: readonly string[]): Command {
  const [name, ...rest] = args;
  if (name === undefined) throw new UsageError(`no command\n\n${USAGE}`);
  if (name === 'help' || name === '--help') return { name: 'help' };
  if (name === 'providers' && rest.includes('--help')) return { name: 'help' };
  if (name === 'serve' || name === 'providers') return { name, args: rest };
  if (name === 'load') return readLoad(rest);
  if (name === 'soak') return readSoak(rest);
  if (name === 'bare') return readBare(rest);
  if (name !== 'call' && name !== 'rehearse')
    throw new UsageError(
      `no command ${JSON.stringify(name)}: there are call, rehearse, load, soak, bare, providers and serve`,
    );
  return readCall(name, rest);
}

function readCall(name: 'call' | 'rehearse', args: string[]): Command {
  const values = optionsOf(name, args);
  if (values.help) return { name: 'help' };
  return {
    name,
    scenario: values.scenario,
    calls: values.calls === undefined ? 1 : wholeNumber('--calls', values.calls, [1, 4]),
    seed: readSeed(values.seed),
    json: values.json ?? false,
    switches: readSwitches(values.carrier ?? []),
  };
}

const DEFAULT_LOAD = { calls: '15', seconds: '60' } as const;

function readLoad(args: string[]): LoadCommand | { name: 'help' } {
  const options = optionsOf('load', args);
  const { help, calls, seconds, attach = false, api = false, json = false, ...rest } = options;
  const { seed, faults, keep, profile } = rest;
  if (help) return { name: 'help' };
  const nodes = wholeNumber('--nodes', options.nodes ?? '1', [1, 4]);
  if (attach && nodes > 1) throw new UsageError('--nodes is not for a centre that runs already');
  if (faults === 'node-kill' && nodes < 2) throw new UsageError('--faults node-kill takes --nodes 2 or more');
  if (attach && profile !== undefined) throw new UsageError('--profile is not for a centre that runs already');
  return {
    ...{ name: 'load', attach, api, keep, profile, json, seed: readSeed(seed), faults: readFaults(faults) },
    ...{ nodes, reconnects: readReconnects(options.reconnects) },
    calls: wholeNumber('--calls', calls ?? DEFAULT_LOAD.calls, [1, 1_000]),
    seconds: wholeNumber('--seconds', seconds ?? DEFAULT_LOAD.seconds, [5, 3_600]),
  };
}

function readReconnects(word = 'no'): boolean {
  if (word === 'yes' || word === 'no') return word === 'yes';
  throw new UsageError(`--reconnects takes yes or no, not ${JSON.stringify(word)}`);
}

function readFaults(name: string | undefined): FaultsUnderLoad | undefined {
  const found = FAULTS_UNDER_LOAD.find((each) => each === name);
  if (name === undefined || found) return found;
  throw new UsageError(`--faults takes ${FAULTS_UNDER_LOAD.join(', ')}, not ${JSON.stringify(name)}`);
}

function readSoak(args: string[]): SoakCommand | { name: 'help' } {
  const { help, calls = '2000', 'at-once': atOnce = '40', seed, json = false } = optionsOf('soak', args);
  if (help) return { name: 'help' };
  return {
    ...{ name: 'soak', json, seed: readSeed(seed) },
    calls: wholeNumber('--calls', calls, [400, 100_000]),
    atOnce: wholeNumber('--at-once', atOnce, [1, 200]),
  };
}

function readBare(args: string[]): BareCommand | { name: 'help' } {
  const { help, port = '0', rate = '8000' } = optionsOf('bare', args);
  if (help) return { name: 'help' };
  if (rate !== '8000' && rate !== '16000')
    throw new UsageError(`--rate takes 8000 or 16000, not ${JSON.stringify(rate)}`);
  const rateHz = rate === '8000' ? 8_000 : 16_000;
  return { name: 'bare', port: wholeNumber('--port', port, [0, 65_535]), rateHz };
}

const readSeed = (seed: string | undefined): number | undefined =>
  seed === undefined ? undefined : wholeNumber('--seed', seed, [0, 2 ** 32 - 1]);

const written = z.object({
  scenario: z.string().optional(),
  calls: z.string().optional(),
  seed: z.string().optional(),
  json: z.boolean().optional(),
  carrier: z.array(z.string()).optional(),
  seconds: z.string().optional(),
  attach: z.boolean().optional(),
  api: z.boolean().optional(),
  'at-once': z.string().optional(),
  faults: z.string().optional(),
  nodes: z.string().optional(),
  reconnects: z.string().optional(),
  keep: z.string().optional(),
  profile: z.string().optional(),
  port: z.string().optional(),
  rate: z.string().optional(),
  help: z.boolean().optional(),
});

function optionsOf(name: keyof typeof OPTIONS, args: string[]): z.output<typeof written> {
  const options: ParseArgsOptionsConfig = OPTIONS[name];
  try {
    return written.parse(parseArgs({ args, options, strict: true, allowPositionals: false }).values);
  } catch (error) {
    throw new UsageError(`${name}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

function wholeNumber(option: string, text: string, [low, high]: [number, number]): number {
  const number = Number(text);
  if (text.trim() !== '' && Number.isInteger(number) && number >= low && number <= high) return number;
  throw new UsageError(`${option} takes a whole number from ${low} to ${high}, not ${JSON.stringify(text)}`);
}

function readSwitches(pairs: readonly string[]): RingoverSwitches {
  const entries = pairs.map((text) => {
    const [key = '', ...value] = text.split('=');
    return [key, value.join('=')] as const;
  });
  const read = switches.safeParse(Object.fromEntries(entries));
  if (read.success) return { ...USUAL_SWITCHES, ...read.data };
  const faults = read.error.issues.map(({ path, message }) => `${path.join('.') || 'key=value'}: ${message}`);
  throw new UsageError(`--carrier ${faults.join('; ')}`);
}
