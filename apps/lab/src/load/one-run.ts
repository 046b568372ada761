import { CallerProcesses } from './caller-processes.js';
import type { CallersOrder } from './callers.js';
import type { CallersReport, ProcessFigures } from './figures.js';
import { Inspector } from './inspector.js';
import { residentMb } from './process-usage.js';
import { linesAreFree, ownPartMs, RestProbe } from './centre-probe.js';
import type { RunOrder } from './run-order.js';
import { rampMs, type Slot, spreadCalls } from './spread.js';
import type { Target } from './targets.js';
import { watch } from './watch.js';

export interface RunResult {
  reports: CallersReport[];
  process: ProcessFigures;
  /** The time that calls were asked to be up for, all added up. */
  askedMs: number;
}

const CALLS_PER_PROCESS = 25;
const CALL_MS = [45_000, 75_000] as const;
/** Calls stay up for so much longer than they are measured: the forced collection is not to be heard in the figures. */
const AFTERWARDS_MS = 3_000;
/** Calls before those that count, once all of them are up: by then the code that they run on is compiled. A short run's are shorter. */
const WARM_UP_MS = 10_000;
const WARM_UP_SHARE = 0.25;
const MS_PER_SECOND = 1_000;

/** The same calls against whatever it is: the centre, or the yardstick. @throws OperationalError */
export async function runOnce(order: RunOrder): Promise<RunResult> {
  const { target, clock } = order;
  const inspector = target.logPath === null ? undefined : await Inspector.open(target.pid, target.logPath, clock);
  try {
    const idle = await memoryOf(target, inspector); // a collection shrinks the heap, which calls then have to grow again
    await warmUp(order, target.centre.numbers.length);
    return await underLoad(order, inspector, idle);
  } finally {
    inspector?.close();
  }
}

async function underLoad(order: RunOrder, inspector: Inspector | undefined, idle: Memory): Promise<RunResult> {
  const { target, calls, seconds, seed } = order;
  const measuredMs = rampMs(calls) + seconds * MS_PER_SECOND;
  const numbers = target.centre.numbers.length;
  const slots = spreadCalls({ calls, numbers, callsPerProcess: CALLS_PER_PROCESS, seed });
  const callers = await CallerProcesses.start(ordersOf(order, slots, measuredMs));
  try {
    const reports = callers.run();
    reports.catch(() => undefined); // awaited below, after what is measured meanwhile
    const watched = await watch(order, inspector);
    const busy = await memoryOf(target, inspector);
    const memory = {
      heldMbPerCall: inspector && (busy.heldMb - idle.heldMb) / calls,
      rssMbPerCall: (busy.rssMb - idle.rssMb) / calls,
    };
    const done = await reports;
    const askedMs = slots.flat().reduce((sum, { startsAfterMs }) => sum + measuredMs - startsAfterMs, 0);
    return { reports: done, process: { ...watched, ...memory, ...(await afterwards(order)) }, askedMs };
  } finally {
    callers.stop();
  }
}

/** The same calls for a while, and questions about them, unmeasured: what a process does once in its life is no call's own. */
async function warmUp(order: RunOrder, numbers: number): Promise<void> {
  const calls = Math.max(order.calls, numbers); // each number is rung
  const slots = spreadCalls({ calls, numbers, callsPerProcess: CALLS_PER_PROCESS, seed: order.seed });
  const warmUpMs = Math.min(WARM_UP_MS, order.seconds * MS_PER_SECOND * WARM_UP_SHARE);
  const callers = await CallerProcesses.start(ordersOf(order, slots, rampMs(calls) + warmUpMs));
  const probe = order.asksApi ? new RestProbe(order.target.centre, order.clock) : undefined;
  try {
    await callers.run();
  } finally {
    callers.stop();
    await probe?.stop();
  }
}

const ordersOf = (
  { target: { centre, others }, speechFolder, reconnects = false }: RunOrder,
  slots: Slot[][],
  measuredMs: number,
): CallersOrder[] =>
  slots.map((each) => ({
    ...{ otherApiUrls: others.map(({ url }) => url), reconnects },
    ...{ centre, scripted: centre.lab !== null, speechFolder, slots: each },
    ...{ measuredMs, lastsMs: measuredMs + AFTERWARDS_MS, callMs: CALL_MS },
  }));

/** When all calls have ended. */
async function afterwards({
  target,
  asksApi,
  calls,
  clock,
}: RunOrder): Promise<Pick<ProcessFigures, 'linesFree' | 'ownMs'>> {
  if (!asksApi) return { linesFree: true, ownMs: [] };
  return { linesFree: await linesAreFree(target.centre, clock), ownMs: await ownPartMs(target.centre, calls) };
}

interface Memory {
  heldMb: number;
  rssMb: number;
}

async function memoryOf({ pid }: Target, inspector: Inspector | undefined): Promise<Memory> {
  const heldMb = (await inspector?.heldMb()) ?? 0;
  return { heldMb, rssMb: residentMb(pid) };
}

/** Several runs against the same as one: the yardstick's before and after. */
export function together(results: readonly RunResult[]): RunResult {
  const mean = (of: (process: ProcessFigures) => number | undefined) => {
    const values = results.flatMap((result) => of(result.process) ?? []);
    return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  return {
    reports: results.flatMap(({ reports }) => reports),
    askedMs: results.reduce((sum, { askedMs }) => sum + askedMs, 0),
    process: {
      cpuCores: mean(({ cpuCores }) => cpuCores),
      heldMbPerCall: mean(({ heldMbPerCall }) => heldMbPerCall),
      playoutLateP99Ms: mean(({ playoutLateP99Ms }) => playoutLateP99Ms),
      loopLateP99Ms: mean(({ loopLateP99Ms }) => loopLateP99Ms),
      loopLateMaxMs: mean(({ loopLateMaxMs }) => loopLateMaxMs),
      collectingShare: mean(({ collectingShare }) => collectingShare),
      machineCores: mean(({ machineCores }) => machineCores),
      stolenCores: mean(({ stolenCores }) => stolenCores),
      rssMbPerCall: mean(({ rssMbPerCall }) => rssMbPerCall),
      restMs: results.flatMap((result) => result.process.restMs),
      stalledRestMs: results.flatMap((result) => result.process.stalledRestMs),
      ownMs: results.flatMap((result) => result.process.ownMs),
      linesFree: results.every((result) => result.process.linesFree),
    },
  };
}
