import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { OperationalError } from '@app/kernel';
import { z } from 'zod';
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

  serve      the doubles of the providers, for whoever has no keys
    --port <n>            (default 0: any free one)

The centre is the one that CARILLON_HOME names, .local by default.`;

export interface CallCommand {
  name: 'call' | 'rehearse';
  scenario: string | undefined;
  calls: number;
  seed: number | undefined;
  json: boolean;
  switches: RingoverSwitches;
}

export type Command = CallCommand | { name: 'serve'; args: string[] } | { name: 'help' };

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
  if (name === 'serve') return { name, args: rest };
  if (name !== 'call' && name !== 'rehearse')
    throw new UsageError(`no command ${JSON.stringify(name)}: there are call, rehearse and serve`);
  return readCall(name, rest);
}

function readCall(name: 'call' | 'rehearse', args: string[]): Command {
  const values = optionsOf(name, args);
  if (values.help) return { name: 'help' };
  return {
    name,
    scenario: values.scenario,
    calls: values.calls === undefined ? 1 : wholeNumber('--calls', values.calls, [1, 4]),
    seed: values.seed === undefined ? undefined : wholeNumber('--seed', values.seed, [0, 2 ** 32 - 1]),
    json: values.json ?? false,
    switches: readSwitches(values.carrier ?? []),
  };
}

const written = z.object({
  scenario: z.string().optional(),
  calls: z.string().optional(),
  seed: z.string().optional(),
  json: z.boolean().optional(),
  carrier: z.array(z.string()).optional(),
  help: z.boolean().optional(),
});

function optionsOf(name: 'call' | 'rehearse', args: string[]): z.output<typeof written> {
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
