import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { BrokenLog, type LogEntry, readLog, replay, UnknownSetting, withSetting } from '@app/conversation';
import { logOfCall } from './log-of-call.js';

const USAGE = `npm run replay -- <call id or log file> [--set turns.pauseMs=700 …] [--json]

Lives a call again from its log. Without --set every effect must come out as it was recorded, byte for byte (exit 0);
with --set it names the first place at which the changed setting leads elsewhere (exit 0 too, since that was asked for).`;

/** What was asked cannot be done; the message says why. Exit 2. */
class CannotReplay extends Error {}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof CannotReplay || error instanceof BrokenLog || error instanceof UnknownSetting)) throw error;
  console.error(error.message);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const { of, changes, json } = read(args);
  const recorded = readLog(await linesOf(of));
  if (recorded.length === 0) throw new CannotReplay(`${of}: the log is empty`);
  const entries = changes.reduce<LogEntry[]>((log, [path, value]) => withSetting(log, path, value), recorded);
  const result = replay(entries);
  if (json) console.log(JSON.stringify({ of, changes: Object.fromEntries(changes), ...result }));
  else print(result, changes.length > 0);
  return result.divergence && changes.length === 0 ? 1 : 0;
}

function read(args: string[]): { of: string; changes: [string, string][]; json: boolean } {
  const options = {
    set: { type: 'string', multiple: true },
    json: { type: 'boolean' },
    help: { type: 'boolean' },
  } as const;
  let parsed;
  try {
    parsed = parseArgs({ args, allowPositionals: true, options });
  } catch (cause) {
    throw new CannotReplay(`${cause instanceof Error ? cause.message : String(cause)}\n\n${USAGE}`, { cause });
  }
  const { values, positionals } = parsed;
  const [of, more] = positionals;
  if (values.help || of === undefined || more !== undefined) throw new CannotReplay(USAGE);
  const changes = (values.set ?? []).map((change): [string, string] => {
    const [, path, value] = /^([^=]+)=(.*)$/.exec(change) ?? [];
    if (path === undefined || value === undefined) throw new CannotReplay(`--set ${change}: write it as path=value`);
    return [path, value];
  });
  return { of, changes, json: values.json ?? false };
}

async function linesOf(of: string): Promise<string[]> {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(of)) {
    const answer = await logOfCall(of);
    if ('because' in answer) throw new CannotReplay(answer.because);
    return answer.lines;
  }
  try {
    return readFileSync(of, 'utf8').split('\n');
  } catch (cause) {
    throw new CannotReplay(`${of} is neither a call's id nor a file that can be read`, { cause });
  }
}

function print({ entries, effects, divergence }: ReturnType<typeof replay>, changed: boolean): void {
  if (!divergence) {
    console.log(`${entries} inputs lived again, ${effects} effects, all the same byte for byte`);
    return;
  }
  const { seq, atMs, input, recorded, replayed } = divergence;
  console.log(
    `${changed ? 'first difference' : 'NOT THE SAME'} at input ${seq} (${input}), ${(atMs / 1_000).toFixed(1)} s:`,
  );
  console.log(`  recorded: ${JSON.stringify(recorded)}`);
  console.log(`  replayed: ${JSON.stringify(replayed)}`);
}
