import { randomInt } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { writeFile } from 'node:fs/promises';
import type { Clock } from '@app/kernel';
import { loadResampler } from '@app/audio';
import type { LoadCommand } from '../command-line.js';
import { FliteEngine } from '../engines/flite.engine.js';
import { openApiCarrier } from './api-carrier.js';
import { API_BUDGETS, BUDGETS, BUDGETS_UNDER_FAULTS, judgeAll } from './budgets.js';
import { loadLines } from './callers.js';
import { loadFigures } from './figures.js';
import { tellCauses, withoutCauses } from './gap-causes.js';
import { runOnce, type RunResult, together } from './one-run.js';
import type { RunOrder } from './run-order.js';
import { type LoadReport, reportLines } from './print-load.js';
import { faultPlan, type Stage, STAND_INS } from './fault-plan.js';
import { keepTroubled } from './keep-troubled.js';
import { linesExactlyFor, linesFor } from './spread.js';
import { type StruckCalls, struckCalls, struckReasons, withoutStruck } from './struck-calls.js';
import { attach, forgetFolder, startBare, startCentre, type Target } from './targets.js';
import { loadVerdict } from './verdict.js';

/** Where a load or a soak runs. */
export interface LabRun {
  /** The installation's private folder. */
  home: string;
  /** Of the repository. */
  root: string;
  /** The lab's own program, which the yardstick is a command of. */
  program: string;
  env: NodeJS.ProcessEnv;
  clock: Clock;
  print: (line: string) => void;
  warn: (line: string) => void;
}

export type RunLoadOptions = LabRun & { command: LoadCommand };

const AGENTS = 5;
/** Of the time under load, before it and after it. */
const YARDSTICK_SHARE = 0.5;
/** If the centre's run is as long. */
const LEAST_YARDSTICK_S = 10;
const MS_PER_SECOND = 1_000;

/** Puts the centre under load, with the yardstick before and after. @returns whether it was good. @throws OperationalError */
export async function runLoad(options: RunLoadOptions): Promise<boolean> {
  const { command, home, clock, print } = options;
  const seed = command.seed ?? randomInt(2 ** 31);
  const folder = join(home, 'load', clock.date().toISOString().replace(/[:.]/g, '-'));
  const env = { ...(command.faults && STAND_INS), ...options.env };
  const faults = command.faults && faultPlan(command.faults, command.seconds * MS_PER_SECOND);
  const start = { folder, root: options.root, env, clock };
  options.warn(`load: ${command.calls} calls for ${command.seconds} s, seed ${seed}`);
  const speechFolder = await loadSpeech(home);
  const carrier = command.api && !command.attach ? await openApiCarrier(clock) : undefined;
  const { lines, ringsOneTooMany } = linesWanted(command);
  const target = command.attach
    ? await attach(home)
    : await startCentre({ ...start, extra: carrier?.env ?? {} }, lines + (carrier?.lines ?? 0), command.nodes);
  try {
    const shared = { calls: command.calls, seed, speechFolder, clock };
    const yardstick = () => measureBare(options, shared, start, target);
    const before = await yardstick();
    options.warn('the centre …');
    const killsNode = command.faults === 'node-kill';
    const ran = await runOnce({
      ...shared,
      target,
      killsNode,
      ringsOneTooMany,
      reconnects: command.reconnects,
      seconds: command.seconds,
      asksApi: true,
      probesApi: command.api,
      onProfile: profileTo(command),
      faults,
    });
    const struck = killsNode ? await struckCalls(ran.reports, target.centre, clock) : undefined;
    const reports = await tellCauses(ran.reports.map(withoutStruck), target.centre, clock);
    const under = { ...ran, reports };
    if (command.keep !== undefined) {
      const { troubled } = loadFigures(under.reports, under.process, under.askedMs);
      await keepTroubled(troubled, { centre: target.centre, folder: command.keep, clock });
    }
    const out = faults?.map(({ stage }) => stage) ?? [];
    const report = reportOf(options, seed, { under, out, struck }, [before, await yardstick()]);
    if (command.json) print(JSON.stringify(report, null, 2));
    else for (const line of reportLines(report)) print(line);
    return report.verdict.good;
  } finally {
    await target.stop();
    await carrier?.close();
    await forgetFolder(folder);
  }
}

/** Of each agent: exactly as many as there are calls, where one call more is to find none. */
function linesWanted({ calls, nodes, faults, api }: LoadCommand): { lines: number; ringsOneTooMany: boolean } {
  const ringsOneTooMany = nodes > 1 && !faults && !api;
  return { ringsOneTooMany, lines: (ringsOneTooMany ? linesExactlyFor : linesFor)(calls, AGENTS) };
}

/** Renders what callers say once, so that their processes find it made. @returns where it is kept */
export async function loadSpeech(home: string): Promise<string> {
  const speechFolder = join(home, 'lab', 'speech');
  await loadResampler();
  const engine = new FliteEngine({ cacheFolder: speechFolder });
  await loadLines(engine, 8_000);
  await engine.close();
  return speechFolder;
}

type Shared = Pick<RunOrder, 'calls' | 'seed' | 'speechFolder' | 'clock'>;
type Start = Parameters<typeof startBare>[0];

async function measureBare(
  { command, program, warn }: RunLoadOptions,
  shared: Shared,
  start: Start,
  like: Target,
): Promise<RunResult> {
  warn('the yardstick …');
  const bare = await startBare(start, program, like.centre);
  try {
    const leastS = Math.min(LEAST_YARDSTICK_S, command.seconds);
    const seconds = Math.max(leastS, Math.round(command.seconds * YARDSTICK_SHARE));
    const ran = await runOnce({ ...shared, target: bare, seconds, asksApi: false });
    return { ...ran, reports: ran.reports.map((report) => ({ ...report, calls: report.calls.map(withoutCauses) })) };
  } finally {
    await bare.stop();
  }
}

function profileTo({ profile }: LoadCommand): RunOrder['onProfile'] {
  return profile === undefined ? undefined : (content) => writeFile(profile, content);
}

function reportOf(
  { command }: RunLoadOptions,
  seed: number,
  { under, out, struck }: { under: RunResult; out: readonly Stage[]; struck: StruckCalls | undefined },
  bare: readonly RunResult[],
): LoadReport {
  const figures = loadFigures(under.reports, under.process, under.askedMs);
  const both = together(bare);
  const yardstick = loadFigures(both.reports, both.process, both.askedMs);
  const budgets = command.faults ? BUDGETS_UNDER_FAULTS : BUDGETS;
  const table = judgeAll(figures, yardstick, command.api ? [...budgets, ...API_BUDGETS] : budgets);
  const { calls, seconds } = command;
  const judged = loadVerdict(figures, table, out);
  const reasons = [...judged.reasons, ...(struck ? struckReasons(struck) : [])];
  const verdict = { ...judged, good: reasons.length === 0, reasons };
  return {
    calls,
    seconds,
    seed,
    faults: command.faults,
    nodes: command.nodes,
    struck,
    processors: availableParallelism(),
    table,
    figures,
    yardstick,
    verdict,
  };
}
