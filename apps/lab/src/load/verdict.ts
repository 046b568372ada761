import type { Judged } from './budgets.js';
import type { Stage } from './fault-plan.js';
import type { LabFigures, LoadFigures } from './figures.js';
import { oneTooManyReasons } from './one-too-many.js';

/** Why a run is not green. A run in which the lab was starved, or did less than asked, counts for nothing. */
export interface LoadVerdict {
  counts: boolean;
  /** Green: it counts, and every budget was kept. */
  good: boolean;
  reasons: string[];
}

const FEWEST_TURNS_PER_MINUTE = 4;
/** One in five is asked for; what the calls' beginnings and ends cut off is allowed for. */
const LEAST_INTERRUPTING = 0.15;
const LEAST_UP = 0.95;
/** A frame of a caller's that leaves a whole frame late is no longer a telephone's. */
const MOST_LATE_MS = 20;
/** A line of a node that is gone comes back by itself in 15 s; the last second is for asking. */
const LINES_FREE_WITHIN_MS = 16_000;

/** @param out the stages whose first choices were taken out */
export function loadVerdict(figures: LoadFigures, judged: readonly Judged[], out: readonly Stage[] = []): LoadVerdict {
  const starved = starvation(figures.lab);
  const short = shortfall(figures);
  const missed = judged
    .filter(({ judgement }) => judgement === 'missed')
    .map(({ name, value, most, unit }) => `${name}: ${shown(value)} ${unit}, and at most ${most} ${unit} is allowed`);
  const failures = Object.entries(figures.failures).map(([failure, count]) => `${count} × ${failure}`);
  const unheeded = figures.work.unheeded > 0 ? [`${figures.work.unheeded} interruptions were not heeded`] : [];
  const busy = figures.linesFree ? [] : ['lines were still in use when all calls had ended'];
  const chains = out.length === 0 ? [] : unswitched(figures, out);
  const tooMany = figures.tooMany ? oneTooManyReasons(figures.tooMany) : [];
  const reasons = [...starved, ...short, ...missed, ...unheeded, ...failures, ...busy, ...late(figures), ...chains, ...tooMany]; // prettier-ignore
  return { counts: starved.length + short.length === 0, good: reasons.length === 0, reasons };
}

const late = ({ linesFreedMs = 0 }: LoadFigures): string[] =>
  linesFreedMs > LINES_FREE_WITHIN_MS
    ? [`lines of the node that was killed were free after ${shown(linesFreedMs)} ms`]
    : [];

export function starvation({ framesLateP99Ms, lagP99Ms }: LabFigures): string[] {
  return [
    ...(framesLateP99Ms > MOST_LATE_MS
      ? [`the lab was starved: its own frames left ${shown(framesLateP99Ms)} ms late (p99)`]
      : []),
    ...(lagP99Ms > MOST_LATE_MS ? [`the lab was starved: its event loop was ${shown(lagP99Ms)} ms late (p99)`] : []),
  ];
}

/** Where less was done than asked. */
export function shortfall({ work }: Pick<LoadFigures, 'work'>): string[] {
  const short: string[] = [];
  if (work.shareUp < LEAST_UP) short.push(`only ${shown(work.shareUp * 100)} % of the calls were up`);
  if (work.turnsPerCallMinute < FEWEST_TURNS_PER_MINUTE)
    short.push(`only ${shown(work.turnsPerCallMinute)} turns a minute and call`);
  if (work.interruptions < work.turns * LEAST_INTERRUPTING)
    short.push(`only ${work.interruptions} of ${work.turns} turns were interruptions`);
  return short;
}

/** Each stage must have gone to another provider and back, and nobody may have been tried more often than once a second. */
function unswitched({ switched }: LoadFigures, out: readonly Stage[]): string[] {
  if (!switched) return ['nobody looked whether providers were switched'];
  return [
    ...out
      .filter((stage) => !switched.switches[stage])
      .map((stage) => `no ${stage} took over from the one that was out`),
    ...out
      .filter((stage) => switched.switches[stage] && !switched.returns[stage])
      .map((stage) => `the first ${stage} was not gone back to`),
    ...Object.entries(switched.probesTooMany)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${name} was tried ${count} times more than once a second`),
  ];
}

const shown = (value: number | undefined): string => (value === undefined ? '?' : String(Math.round(value * 10) / 10));
