import type { LoadFigures } from './figures.js';

/** One line of the table: a figure, what it may be, and what it should become. */
export interface Budget {
  name: string;
  unit: 'ms' | 'MB' | 'cores' | '×' | '';
  figure: (figures: LoadFigures, yardstick: LoadFigures | undefined) => number | undefined;
  /** The run fails above it; undefined: only shown. */
  most: number | undefined;
  /** What is wanted in the end; printed, not judged. */
  aim?: number;
  /** A stalled host delays everyone: where the yardstick missed it too, so much more than the yardstick's will do. */
  excusedBy?: number;
}

const OF_THE_YARDSTICK = 1.5;

const time = (name: string, key: TimeKey, most: number, aim?: number): Budget => ({
  ...{ name, unit: 'ms', figure: (figures) => figures[key], most, excusedBy: OF_THE_YARDSTICK },
  ...(aim === undefined ? {} : { aim }),
});

const shown = (name: string, unit: Budget['unit'], figure: Budget['figure']): Budget => ({
  ...{ name, unit, figure, most: undefined },
});

type TimeKey = {
  [Key in keyof LoadFigures]-?: Key extends `${string}Ms` ? Key : never;
}[keyof LoadFigures];

const cpuOfYardstick: Budget['figure'] = ({ cpuCores }, yardstick) =>
  cpuCores !== undefined && yardstick?.cpuCores ? cpuCores / yardstick.cpuCores : undefined;

/** The budgets at 100 calls on 2 cores, and the aims behind them. Fewer calls are held to the same. */
export const BUDGETS: readonly Budget[] = [
  { name: 'CPU of the process', unit: 'cores', figure: ({ cpuCores }) => cpuCores, most: 1 },
  { name: 'CPU, of the yardstick’s', unit: '×', figure: cpuOfYardstick, most: 4, aim: 2 },
  { name: 'held memory per call', unit: 'MB', figure: ({ heldMbPerCall }) => heldMbPerCall, most: 2, aim: 1 },
  shown('resident memory per call', 'MB', ({ rssMbPerCall }) => rssMbPerCall),
  time('whole turn p50', 'turnP50Ms', 1_000, 700),
  time('whole turn p95', 'turnP95Ms', 1_600, 1_200),
  shown('longest silence', 'ms', ({ silenceMaxMs }) => silenceMaxMs),
  time('our part of it p50', 'ownP50Ms', 5),
  time('our part of it p99', 'ownP99Ms', 15),
  time('sound late p99', 'latenessP99Ms', 10),
  shown('its own clock late p99', 'ms', ({ playoutLateP99Ms }) => playoutLateP99Ms),
  shown('its event loop late p99', 'ms', ({ loopLateP99Ms }) => loopLateP99Ms),
  shown('its time for garbage', '', ({ collectingShare }) => collectingShare),
  { name: 'gaps in the sound', unit: '', figure: ({ gaps }) => gaps, most: 0, excusedBy: OF_THE_YARDSTICK },
  time('interruption p95', 'bargeInP95Ms', 400, 250),
  shown('call set-up p50', 'ms', ({ setUpP50Ms }) => setUpP50Ms),
  time('call set-up p99', 'setUpP99Ms', 100),
  shown('GET /calls/{id} p50', 'ms', ({ restP50Ms }) => restP50Ms),
  time('GET /calls/{id} p99', 'restP99Ms', 25),
];

/** What whoever asks the API meanwhile is told in time. What was asked while the lab stood still is shown apart. */
export const API_BUDGETS: readonly Budget[] = [
  { name: 'GET /calls p99', unit: 'ms', figure: ({ listP99Ms }) => listP99Ms, most: 25 },
  shown('answers within a stall', '', ({ stalledAnswers }) => stalledAnswers),
  shown('and they took p99', 'ms', ({ stalledAnswerP99Ms }) => stalledAnswerP99Ms),
  { name: 'POST /calls, the slowest', unit: 'ms', figure: ({ orderMaxMs }) => orderMaxMs, most: 50 },
  { name: 'feed by the socket p99', unit: 'ms', figure: ({ socketP99Ms }) => socketP99Ms, most: 50 },
  { name: 'feed as SSE p99', unit: 'ms', figure: ({ streamP99Ms }) => streamP99Ms, most: 50 },
];

/** Every caller hears something sensible within so long, whatever provider is out. */
const ANSWERED_UNDER_FAULTS_MS = 2_500;

/** A provider that is out delays answers, and nothing else; and none of them by more than a caller bears. */
export const BUDGETS_UNDER_FAULTS: readonly Budget[] = BUDGETS.map((budget): Budget => {
  if (budget.name.startsWith('whole turn')) return { ...budget, most: undefined };
  return budget.name === 'longest silence' ? time(budget.name, 'silenceMaxMs', ANSWERED_UNDER_FAULTS_MS) : budget;
});

export type Judgement = 'kept' | 'kept, as the yardstick missed it too' | 'missed' | 'not measured' | 'shown only';

export interface Judged {
  name: string;
  unit: Budget['unit'];
  value: number | undefined;
  yardstick: number | undefined;
  most: number | undefined;
  aim: number | undefined;
  judgement: Judgement;
}

export const judgeAll = (figures: LoadFigures, yardstick: LoadFigures | undefined, budgets = BUDGETS): Judged[] =>
  budgets.map((budget) => {
    const value = budget.figure(figures, yardstick);
    const beside = yardstick && budget.figure(yardstick, yardstick);
    const { name, unit, most, aim } = budget;
    return { name, unit, value, yardstick: beside, most, aim, judgement: judge(budget, value, beside) };
  });

function judge({ most, excusedBy }: Budget, value: number | undefined, yardstick: number | undefined): Judgement {
  if (most === undefined) return 'shown only';
  if (value === undefined) return 'not measured';
  if (value <= most) return 'kept';
  const excused = excusedBy !== undefined && yardstick !== undefined && yardstick > most;
  return excused && value <= yardstick * excusedBy ? 'kept, as the yardstick missed it too' : 'missed';
}
