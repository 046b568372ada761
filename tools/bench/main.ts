import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { casesOf } from './cases.js';
import { type HeldByAdapters, heldByAdapters } from './held-by-adapters.js';
import { type Figures, measure } from './measure.js';

const USAGE = `npm run bench -- [words of a case's name …] [--ms 900] [--json]

Measures the hot path, piece by piece: µs and bytes allocated for 20 ms of one call (or for one message of sound, or one
tick). Medians of nine rounds of --ms in all; least and most stand beside them. Compare within one run only.`;

const options = { ms: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean' } } as const;

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 2;
}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options });
  const ms = Number(values.ms ?? 900);
  const cases = casesOf(positionals);
  if (values.help || !(ms > 0) || cases.length === 0) {
    console.error(cases.length === 0 ? `no case is named so\n\n${USAGE}` : USAGE);
    return values.help ? 0 : 2;
  }
  const machine = machineNow();
  if (!values.json) console.log(`${machine}\n\n${row('', 'µs', 'least', 'most', 'heap B', 'buffer B', 'for one')}`);
  const figures: Figures[] = [];
  for (const bench of cases) {
    const measured = await measure(bench, { ms, collect: globalThis.gc && (() => void globalThis.gc?.()) });
    figures.push(measured);
    if (!values.json) console.log(rowOf(measured));
  }
  const hasAdapters = cases.some(({ name }) => name.startsWith('providers:'));
  const held = hasAdapters && globalThis.gc ? await heldByAdapters(() => void globalThis.gc?.()) : undefined;
  if (values.json) console.log(JSON.stringify({ machine, figures, held }));
  else if (held) console.log(`\n${heldLine(held)}`);
  return 0;
}

const heldLine = ({ heapBytes, bufferBytes, calls }: HeldByAdapters): string =>
  `the three adapters of a call hold ${kB(heapBytes)} in the heap and ${kB(bufferBytes)} outside it (mean of ${calls} calls, with the far end’s sockets)`;
const kB = (bytes: number) => `${(bytes / 1_000).toFixed(0)} kB`;

function machineNow(): string {
  const [first] = cpus();
  const load = loadavg()[0]?.toFixed(1);
  const day = new Date().toISOString().slice(0, 10);
  return `${day}, Node ${process.version}, ${cpus().length} × ${first?.model ?? 'unknown'} (${process.arch}), load average ${load}`;
}

function rowOf({ name, per, us, bytes }: Figures): string {
  const of = (took: number) => took.toFixed(took < 10 ? 2 : 1);
  const count = (some: number | undefined) => (some === undefined ? '?' : some.toFixed(0));
  return row(name, of(us.median), of(us.least), of(us.most), count(bytes?.heap), count(bytes?.buffers), per);
}

function row(name: string, ...cells: string[]): string {
  const per = cells.pop() ?? '';
  return `${name.padEnd(44)}${cells.map((cell) => cell.padStart(10)).join('')}  ${per}`;
}
