import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import type { SoakCommand } from '../command-line.js';
import { CallerProcesses } from './caller-processes.js';
import { type CallersReport, whatFailed } from './figures.js';
import { callsAreFinished } from './centre-probe.js';
import { Inspector } from './inspector.js';
import { lastingKeys } from './lasting-keys.js';
import { residentMb } from './process-usage.js';
import { loadSpeech, type LabRun } from './run-load.js';
import { growthOf, type Growth, type SoakMoment } from './soak-verdict.js';
import { linesFor, spreadCalls } from './spread.js';
import { forgetFolder, pidOf, startCentre, type Target } from './targets.js';

/** What `--json` prints. */
export interface SoakReport {
  early: SoakMoment;
  late: SoakMoment;
  growth: Growth[];
  /** Calls that went wrong, by what was wrong. */
  failures: Record<string, number>;
  good: boolean;
}

const AGENTS = 5;
const CALLS_PER_PROCESS = 25;
/** Some end in the greeting, some while the caller waits for an answer, some in the answer or an interruption of it. */
const CALL_MS = [3_000, 12_000] as const;
/** By then everything that is made once is there: connections, compiled code, caches. */
const EARLY_CALLS = 200;
const NO_END_MS = 24 * 3_600_000;
/** When the last record is stored: until sockets that are kept for another request are closed, and rings are forgotten. */
const SETTLE_MS = 20_000;
const PROCESSES = ['api', 'worker'] as const;

/** Many short calls, one after the other, against a centre of its own. @returns whether nothing grew. @throws OperationalError */
export async function runSoak(options: LabRun & { command: SoakCommand }): Promise<boolean> {
  const { command, home, root, env, clock, print, warn } = options;
  const seed = command.seed ?? randomInt(2 ** 31);
  const folder = join(home, 'load', clock.date().toISOString().replace(/[:.]/g, '-'));
  warn(`soak: ${command.calls} calls, ${command.atOnce} at once, seed ${seed}`);
  const speechFolder = await loadSpeech(home);
  const target = await startCentre({ folder, root, env, clock }, 2 * linesFor(command.atOnce, AGENTS));
  try {
    const soak = new Soak(options, { target, home: join(folder, 'centre'), speechFolder, seed });
    const report = await soak.run();
    if (command.json) print(JSON.stringify(report, null, 2));
    else for (const line of soakLines(report)) print(line);
    return report.good;
  } finally {
    await target.stop();
    await forgetFolder(folder);
  }
}

interface Place {
  target: Target;
  /** The centre's private folder. */
  home: string;
  speechFolder: string;
  seed: number;
}

class Soak {
  readonly #failures: Record<string, number> = {};
  #calls = 0;

  constructor(
    private readonly options: LabRun & { command: SoakCommand },
    private readonly place: Place,
  ) {}

  async run(): Promise<SoakReport> {
    const inspectors = await this.#inspectors();
    const early = await this.#after(Math.min(EARLY_CALLS, this.options.command.calls), inspectors);
    const late = await this.#after(this.options.command.calls - early.calls, inspectors);
    for (const [, inspector] of inspectors) inspector.close();
    const growth = growthOf(early, late);
    const failures = this.#failures;
    const good = !growth.some(({ grown }) => grown) && Object.keys(failures).length === 0;
    return { early, late, growth, failures, good };
  }

  async #inspectors(): Promise<[name: string, inspector: Inspector, pid: number][]> {
    const { home } = this.place;
    return Promise.all(
      PROCESSES.map(async (name) => {
        const pid = await pidOf(home, name);
        const inspector = await Inspector.open(pid, join(home, 'logs', `${name}.log`), this.options.clock);
        return [name, inspector, pid] as [string, Inspector, number];
      }),
    );
  }

  /** So many calls more; then what is held when each of them is finished. */
  async #after(
    calls: number,
    inspectors: readonly (readonly [name: string, inspector: Inspector, pid: number])[],
  ): Promise<SoakMoment> {
    const { clock, warn } = this.options;
    for (const report of await this.#make(calls)) this.#note(report);
    if (!(await callsAreFinished(this.place.target.centre, clock)))
      this.#fail('records were not stored after a minute');
    await clock.sleep(SETTLE_MS);
    const held: SoakMoment['held'] = Object.fromEntries(
      await Promise.all(
        inspectors.map(async ([name, inspector, pid]) => {
          const counts = await inspector.counts();
          return [name, { ...counts, heldMb: await inspector.heldMb(), rssMb: residentMb(pid) }] as const;
        }),
      ),
    );
    warn(`${this.#calls} calls made`);
    return { calls: this.#calls, held, keys: await lastingKeys(this.place.home) };
  }

  async #make(calls: number): Promise<CallersReport[]> {
    const { atOnce } = this.options.command;
    const { target, speechFolder, seed } = this.place;
    const numbers = target.centre.numbers.length;
    const seeds = seed + this.#calls;
    const slots = spreadCalls({
      calls: Math.min(atOnce, calls),
      numbers,
      callsPerProcess: CALLS_PER_PROCESS,
      seed: seeds,
    });
    const callers = await CallerProcesses.start(
      slots.map((each) => ({
        ...{ centre: target.centre, scripted: true, slots: each, speechFolder },
        ...{ measuredMs: NO_END_MS, lastsMs: NO_END_MS, callMs: CALL_MS },
        callsPerSlot: Math.ceil(calls / atOnce),
      })),
    );
    return callers.run().finally(() => callers.stop());
  }

  #note({ calls, refused }: CallersReport): void {
    this.#calls += calls.length;
    for (const text of [...refused, ...whatFailed(calls)]) this.#fail(text);
  }

  #fail(text: string): void {
    this.#failures[text] = (this.#failures[text] ?? 0) + 1;
  }
}

export function soakLines({ early, late, growth, failures, good }: SoakReport): string[] {
  return [
    row('', [`at ${early.calls}`, `at ${late.calls}`, 'at most'], ''),
    ...growth.map(({ name, early, late, most, grown }) =>
      row(name, [early, late, most].map(rounded), grown ? 'grown' : ''),
    ),
    ...Object.entries(failures).map(([failure, count]) => `${count} × ${failure}`),
    '',
    good ? 'Nothing grew.' : 'Something grew, or went wrong.',
  ];
}

const row = (name: string, cells: readonly string[], said: string): string =>
  `${name.padEnd(44)}${cells.map((cell) => cell.padEnd(12)).join('')}${said}`.trimEnd();

const rounded = (value: number): string => String(Math.round(value * 10) / 10);
