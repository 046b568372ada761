import { linesFreedMs } from './agent-lines.js';
import { type ApiMetrics, askMetrics, percentileBetween } from './api-metrics.js';
import { ChainWatch } from './chain-watch.js';
import type { ProcessFigures } from './figures.js';
import type { Inspector } from './inspector.js';
import { ringOneTooMany } from './one-too-many.js';
import type { RunOrder } from './run-order.js';
import { FaultsNotTold, playFaults } from './play-faults.js';
import { ProbeProcess, type ProbeReport } from './probe-process.js';
import { cpuSeconds, machineSeconds } from './process-usage.js';
import { rampMs } from './spread.js';

const MS_PER_SECOND = 1_000;
/** By then calls are in the middle of what they say. */
const KILLED_AFTER_SHARE = 0.3;

export type Watched = Omit<ProcessFigures, 'heldMbPerCall' | 'rssMbPerCall' | 'ownMs' | 'linesFree'>;

/** Looks at the process from when all calls are up until they are measured no more. */
export async function watch(order: RunOrder, inspector: Inspector | undefined): Promise<Watched> {
  await order.clock.sleep(rampMs(order.calls));
  const asking = order.asksApi ? await beginAsking(order) : undefined;
  try {
    return await lookAt(order, inspector, async () => (asking ? asking.stop() : NOTHING_ASKED));
  } finally {
    asking?.abandon();
  }
}

/** @param answers what was asked meanwhile; taken before a profile is written */
async function lookAt(order: RunOrder, inspector: Inspector | undefined, answers: () => Promise<Answers>) {
  const { target, clock, onProfile } = order;
  const chains = order.faults ? new ChainWatch(target.centre, clock) : undefined;
  if (onProfile) await inspector?.startProfile();
  const used = usage(order);
  const tooMany = order.ringsOneTooMany ? ringOneTooMany(target, clock) : undefined;
  tooMany?.catch(() => undefined); // awaited below
  const { freed } = await letThemTalk(order);
  const cores = used();
  const answered = await answers();
  const switched = await chains?.stop();
  if (onProfile && inspector) await onProfile(await inspector.stopProfile());
  return { ...cores, ...answered, switched, tooMany: await tooMany, linesFreedMs: await freed };
}

/** What the centre told of calls and of itself. */
type Answers = Pick<Watched, 'restMs' | 'stalledRestMs' | 'api' | keyof ReturnType<typeof ofItself>>;

const NOTHING_ASKED: Answers = {
  ...{ restMs: [], stalledRestMs: [], playoutLateP99Ms: undefined },
  ...{ loopLateP99Ms: undefined, loopLateMaxMs: undefined, collectingShare: undefined },
};

/** @throws ProbeFailed, MeasuringLost */
async function beginAsking({ target: { centre }, probesApi = false, seconds }: RunOrder) {
  const probe = await ProbeProcess.start({ centre, asks: probesApi ? 'api' : 'calls' });
  const before = await askMetrics(centre);
  const stop = async (): Promise<Answers> => {
    const asked = await probe.stop();
    return { ...answersOf(asked), ...ofItself(before, await askMetrics(centre), seconds) };
  };
  return { stop, abandon: () => probe.abandon() };
}

function answersOf(asked: Exclude<ProbeReport, { failed: string }>): Pick<Answers, 'api' | 'restMs' | 'stalledRestMs'> {
  if ('api' in asked) return { api: asked.api, restMs: asked.api.callMs, stalledRestMs: [] };
  return { restMs: asked.calls.onTimeMs, stalledRestMs: asked.calls.stalledMs };
}

/** Counts from now on. @returns what was used until then, in cores: of the process, the busiest of more than one */
function usage({
  target: { pid, others },
  killsNode,
  clock,
}: RunOrder): () => Pick<Watched, 'cpuCores' | 'machineCores' | 'stolenCores'> {
  const pids = [pid, ...(killsNode ? others.slice(0, -1) : others).map((other) => other.pid)];
  const [fromMs, own, { busy, stolen }] = [clock.nowMs(), pids.map(cpuSeconds), machineSeconds()];
  return () => {
    const seconds = (clock.nowMs() - fromMs) / MS_PER_SECOND;
    const machine = machineSeconds();
    return {
      cpuCores: Math.max(...pids.map((each, n) => (cpuSeconds(each) - (own[n] ?? 0)) / seconds)),
      machineCores: (machine.busy - busy) / seconds,
      stolenCores: (machine.stolen - stolen) / seconds,
    };
  };
}

/** For as long as is measured; meanwhile goes wrong what was ordered. @returns when the lines of a node that was killed are free @throws FaultsNotTold */
async function letThemTalk({ target, calls, faults = [], killsNode, clock, seconds }: RunOrder) {
  const { lab } = target.centre;
  if (faults.length > 0 && !lab) throw new FaultsNotTold('a centre without doubles has nothing that could fail');
  const over = new AbortController();
  const played = lab ? playFaults(faults, { labUrl: lab.url, clock, signal: over.signal }) : Promise.resolve();
  played.catch(() => undefined); // thrown below
  const lastsMs = seconds * MS_PER_SECOND;
  const beforeMs = killsNode ? lastsMs * KILLED_AFTER_SHARE : 0;
  await clock.sleep(beforeMs);
  const doomed = killsNode ? target.others.at(-1) : undefined;
  if (doomed) process.kill(doomed.pid, 'SIGKILL');
  const freed = doomed && linesFreedMs(target.centre, calls, clock);
  freed?.catch(() => undefined); // awaited by whoever asked
  await clock.sleep(lastsMs - beforeMs);
  over.abort();
  await played;
  return { freed };
}

function ofItself(before: ApiMetrics, after: ApiMetrics, seconds: number) {
  return {
    playoutLateP99Ms: percentileBetween(before.playoutLate, after.playoutLate, 0.99),
    loopLateP99Ms: after.loopLateP99Ms,
    loopLateMaxMs: after.loopLateMaxMs,
    collectingShare: (after.collectingMs - before.collectingMs) / (seconds * MS_PER_SECOND),
  };
}
