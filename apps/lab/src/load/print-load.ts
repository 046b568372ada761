import type { Judged } from './budgets.js';
import type { FaultsUnderLoad } from './fault-plan.js';
import type { LabFigures, LoadFigures } from './figures.js';
import { type StruckCalls, struckLines } from './struck-calls.js';
import { oneTooManyLine } from './one-too-many.js';
import type { LoadVerdict } from './verdict.js';

/** What `--json` prints. */
export interface LoadReport {
  calls: number;
  seconds: number;
  seed: number;
  faults: FaultsUnderLoad | undefined;
  nodes: number;
  /** What became of the calls of a node that was killed. */
  struck: StruckCalls | undefined;
  processors: number;
  table: Judged[];
  figures: LoadFigures;
  yardstick: LoadFigures;
  verdict: LoadVerdict;
}

const WIDTHS = [26, 12, 12, 10, 10] as const;

export function reportLines(report: LoadReport): string[] {
  const { calls, seconds, seed, faults, nodes, struck, processors, table, figures, yardstick, verdict } = report;
  const { work } = figures;
  return [
    `${calls} calls for ${seconds} s on ${processors} processors${nodes > 1 ? `, carried by ${nodes} nodes` : ''}; seed ${seed}${faults ? `; ${faults}` : ''}`,
    '',
    row(['', 'measured', 'yardstick', 'budget', 'aim']),
    ...table.map(lineOf),
    '',
    `work       ${work.calls} calls, ${work.turns} turns (${round(work.turnsPerCallMinute)} a minute and call), ${work.interruptions} interruptions, ${round(work.shareUp * 100)} % of the calls up`,
    `lab        ${labOf(figures.lab)}; under the yardstick ${labOf(yardstick.lab)}`,
    `machine    ${machineOf(figures)}; under the yardstick ${machineOf(yardstick)}`,
    `its stalls sound that came within one: late p99 ${shown(figures.stalledLatenessP99Ms)} ms; set-up at most ${shown(figures.stalledSetUpMaxMs)} ms, GET /calls/{id} ${shown(figures.stalledRestMaxMs)} ms`,
    `waits      ${figures.waits} within replies, until the next words or their voice were there; the longest ${shown(figures.waitMaxMs)} ms`,
    ...(struck ? struckLines(struck) : []),
    ...(figures.linesFreedMs === undefined
      ? []
      : [`           its lines were free after ${round(figures.linesFreedMs)} ms`]),
    ...(figures.tooMany ? [oneTooManyLine(figures.tooMany)] : []),
    ...failuresOf('yardstick', yardstick),
    ...chainLines(figures),
    '',
    ...verdictLines(verdict),
  ];
}

const lineOf = ({ name, unit, value, yardstick, most, aim, judgement }: Judged): string =>
  `${row([name, `${shown(value)} ${unit}`, shown(yardstick), shown(most), shown(aim)])}${judgement}`;

const row = (cells: readonly string[]): string => cells.map((cell, at) => cell.padEnd(WIDTHS[at] ?? 0)).join('');

const labOf = ({ framesLateP99Ms, framesLateMaxMs, lagP99Ms, lagMaxMs }: LabFigures): string =>
  `frames late p99 ${round(framesLateP99Ms)} ms (most ${round(framesLateMaxMs)}), event loop p99 ${round(lagP99Ms)} ms (most ${round(lagMaxMs)})`;

const machineOf = ({ machineCores, stolenCores }: LoadFigures): string =>
  `${shown(machineCores)} cores in use by all, ${shown(stolenCores)} taken by its host`;

function chainLines({ switched }: LoadFigures): string[] {
  if (!switched) return [];
  const listed = (counts: Readonly<Record<string, number>>) =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none';
  const { switches, returns, probes } = switched;
  return [`providers  switches ${listed(switches)}; returns ${listed(returns)}; probes ${listed(probes)}`];
}

const failuresOf = (whose: string, { failures }: LoadFigures): string[] =>
  Object.entries(failures).map(([failure, count]) => `${whose}  ${count} × ${failure}`);

function verdictLines({ counts, good, reasons }: LoadVerdict): string[] {
  if (good) return ['The load was carried: every budget was kept.'];
  const head = counts ? 'The load was not carried:' : 'This run counts for nothing:';
  return [head, ...reasons.map((reason) => `  - ${reason}`)];
}

const shown = (value: number | undefined): string => (value === undefined ? '–' : String(round(value)));
const round = (value: number): number => Math.round(value * 100) / 100;
