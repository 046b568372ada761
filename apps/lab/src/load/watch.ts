import { linesFreedMs } from './agent-lines.js';
import { type ApiMetrics, askMetrics, percentileBetween } from './api-metrics.js';
import { ApiProbe } from './api-probe.js';
import { RestProbe } from './centre-probe.js';
import { ChainWatch } from './chain-watch.js';
import type { ProcessFigures } from './figures.js';
import type { Inspector } from './inspector.js';
import { ringOneTooMany } from './one-too-many.js';
import type { RunOrder } from './run-order.js';
import { FaultsNotTold, playFaults } from './play-faults.js';
import { cpuSeconds, machineSeconds } from './process-usage.js';
import { rampMs } from './spread.js';

const MS_PER_SECOND = 1_000;
/** By then calls are in the middle of what they say. */
const KILLED_AFTER_SHARE = 0.3;

export type Watched = Omit<ProcessFigures, 'heldMbPerCall' | 'rssMbPerCall' | 'ownMs' | 'linesFree'>;

/** Looks at the process from when all calls are up until they are measured no more. */
export async function watch(order: RunOrder, inspector: Inspector | undefined): Promise<Watched> {
  const { target, calls, clock, asksApi, probesApi = false, onProfile } = order;
  await clock.sleep(rampMs(calls));
  const probe = asksApi && !probesApi ? new RestProbe(target.centre, clock) : undefined;
  const apiProbe = probesApi ? await ApiProbe.open(target.centre, clock) : undefined;
  const metrics = async () => (asksApi ? askMetrics(target.centre) : undefined);
  const before = await metrics();
  const chains = order.faults ? new ChainWatch(target.centre, clock) : undefined;
  if (onProfile) await inspector?.startProfile();
  const used = usage(order);
  const tooMany = order.ringsOneTooMany ? ringOneTooMany(target, clock) : undefined;
  tooMany?.catch(() => undefined); // awaited below
  const { freed } = await letThemTalk(order);
  const cores = used();
  const api = await apiProbe?.stop();
  const asked = await probe?.stop();
  const switched = await chains?.stop();
  const after = await metrics();
  if (onProfile && inspector) await onProfile(await inspector.stopProfile());
  const rest = { restMs: api?.callMs ?? asked?.onTimeMs ?? [], stalledRestMs: asked?.stalledMs ?? [] };
  const told = { api, switched, tooMany: await tooMany, linesFreedMs: await freed };
  return { ...cores, ...rest, ...told, ...ofItself(before, after, order.seconds) };
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

function ofItself(before: ApiMetrics | undefined, after: ApiMetrics | undefined, seconds: number) {
  return {
    playoutLateP99Ms: before && after && percentileBetween(before.playoutLate, after.playoutLate, 0.99),
    loopLateP99Ms: after?.loopLateP99Ms,
    loopLateMaxMs: after?.loopLateMaxMs,
    collectingShare: before && after && (after.collectingMs - before.collectingMs) / (seconds * MS_PER_SECOND),
  };
}
