import type { ApiFigures } from './api-probe.js';
import type { CallFigures, Trouble } from './call-figures.js';
import type { ChainFigures } from './chain-watch.js';
import type { OneTooMany } from './one-too-many.js';
import { percentile } from './percentile.js';

/** What one process of callers did and how well it could. */
export interface CallersReport {
  calls: CallFigures[];
  /** Calls that the centre refused. */
  refused: string[];
  /** Of this process: its event loop, and the caller's frames against their own deadlines. */
  lab: { lagP99Ms: number; lagMaxMs: number; framesLateP99Ms: number; framesLateMaxMs: number; frames: number };
}

/** What was seen of the process under load from outside. */
export interface ProcessFigures {
  /** Of one core, while all calls were up. */
  cpuCores: number | undefined;
  /** Heap and buffers beyond the idle process, after a forced collection, by calls that were up. */
  heldMbPerCall: number | undefined;
  /** Resident memory beyond the idle process, by calls that were up. */
  rssMbPerCall: number | undefined;
  /** Of the process's own playout clock, as its metrics tell it: the upper end of a bucket. */
  playoutLateP99Ms: number | undefined;
  /** Of the process's event loop. */
  loopLateP99Ms: number | undefined;
  loopLateMaxMs: number | undefined;
  /** Of the time, the process stood still to collect garbage. */
  collectingShare: number | undefined;
  /** What all processes of the machine used, and what its host gave to others. */
  machineCores: number | undefined;
  stolenCores: number | undefined;
  /** `GET /calls/{id}`, asked while the calls were up. */
  restMs: number[];
  /** The same, of answers that came while the lab itself was stalled. */
  stalledRestMs: number[];
  /** The product's own part of each turn's latency, as its records tell it. */
  ownMs: number[];
  /** All lines were given back when all calls had ended. */
  linesFree: boolean;
  /** Only where the API was probed. */
  api?: ApiFigures | undefined;
  /** What became of chains of providers, where some of them were taken out. */
  switched?: ChainFigures | undefined;
  /** Of a caller who rang when every line was taken, where one did. */
  tooMany?: OneTooMany | undefined;
  /** From a node's death until its lines were free. */
  linesFreedMs?: number | undefined;
}

/** What is told of the process as it was seen. */
type Shown = Omit<ProcessFigures, 'restMs' | 'stalledRestMs' | 'ownMs' | 'api'>;

/** All figures of one run. Undefined: not measured. */
export interface LoadFigures extends Shown {
  turnP50Ms: number | undefined;
  turnP95Ms: number | undefined;
  /** The longest that a caller waited for an answer. */
  silenceMaxMs: number | undefined;
  ownP50Ms: number | undefined;
  ownP99Ms: number | undefined;
  latenessP99Ms: number | undefined;
  stalledLatenessP99Ms: number | undefined;
  /** Silences in what was said though there was more to send. */
  gaps: number;
  gapMaxMs: number | undefined;
  /** Silences until the next words, or their voice, were there. */
  waits: number;
  waitMaxMs: number | undefined;
  bargeInP95Ms: number | undefined;
  setUpP50Ms: number | undefined;
  setUpP99Ms: number | undefined;
  /** The slowest of those that came while the lab itself was stalled. */
  stalledSetUpMaxMs: number | undefined;
  restP50Ms: number | undefined;
  restP99Ms: number | undefined;
  stalledRestMaxMs: number | undefined;
  listP99Ms: number | undefined;
  socketP99Ms: number | undefined;
  streamP99Ms: number | undefined;
  orderMaxMs: number | undefined;
  stalledAnswers: number | undefined;
  stalledAnswerP99Ms: number | undefined;
  work: Work;
  lab: LabFigures;
  /** Each with how often it was. */
  failures: Record<string, number>;
  /** Calls in which something failed, an interruption was not heeded, or a turn took longer than it may. */
  troubled: TroubledCall[];
}

export interface TroubledCall {
  carrierCallId: string;
  troubles: Trouble[];
}

/** What was really done. */
export interface Work {
  calls: number;
  turns: number;
  interruptions: number;
  unheeded: number;
  /** Calls that were up on average, of those asked for. */
  shareUp: number;
  /** While callers talk: from a call's first line on, after its greeting. */
  turnsPerCallMinute: number;
}

/** How late the lab itself was: the worst of its processes. */
export interface LabFigures {
  lagP99Ms: number;
  lagMaxMs: number;
  framesLateP99Ms: number;
  framesLateMaxMs: number;
}

const MS_PER_MINUTE = 60_000;

/** @param askedMs the time that calls were asked to be up for, all added up */
export function loadFigures(reports: readonly CallersReport[], process: ProcessFigures, askedMs: number): LoadFigures {
  const calls = reports.flatMap((report) => report.calls);
  const all = (of: (call: CallFigures) => readonly number[]) => calls.flatMap(of);
  const { restMs, stalledRestMs, ownMs, api, ...shown } = process;
  const turnMs = all((call) => call.turnMs);
  const setUps = (stalled: boolean) =>
    calls.flatMap(({ setUpMs, setUpStalled }) => (setUpMs === null || setUpStalled !== stalled ? [] : [setUpMs]));
  const gapsMs = all((call) => call.gaps.map(({ lengthMs }) => lengthMs));
  const waitsMs = all((call) => call.waitsMs);
  return {
    ...shown,
    turnP50Ms: percentile(turnMs, 0.5),
    turnP95Ms: percentile(turnMs, 0.95),
    silenceMaxMs: percentile(turnMs, 1),
    ownP50Ms: percentile(ownMs, 0.5),
    ownP99Ms: percentile(ownMs, 0.99),
    latenessP99Ms: percentile(
      all((call) => call.latenessMs),
      0.99,
    ),
    stalledLatenessP99Ms: percentile(
      all((call) => call.stalledLatenessMs),
      0.99,
    ),
    gaps: gapsMs.length,
    gapMaxMs: percentile(gapsMs, 1),
    waits: waitsMs.length,
    waitMaxMs: percentile(waitsMs, 1),
    bargeInP95Ms: percentile(
      all((call) => call.bargeInMs),
      0.95,
    ),
    setUpP50Ms: percentile(setUps(false), 0.5),
    setUpP99Ms: percentile(setUps(false), 0.99),
    stalledSetUpMaxMs: percentile(setUps(true), 1),
    restP50Ms: percentile(restMs, 0.5),
    restP99Ms: percentile(restMs, 0.99),
    stalledRestMaxMs: percentile(stalledRestMs, 1),
    listP99Ms: api && percentile(api.listMs, 0.99),
    socketP99Ms: api && percentile(api.socketMs, 0.99),
    streamP99Ms: api && percentile(api.streamMs, 0.99),
    orderMaxMs: api && percentile(api.orderMs, 1),
    stalledAnswers: api?.stalledMs.length,
    stalledAnswerP99Ms: api && percentile(api.stalledMs, 0.99),
    work: workOf(calls, askedMs),
    lab: worstOf(reports),
    failures: { ...counted([...whatFailed(calls), ...reports.flatMap(({ refused }) => refused)]), ...api?.refused },
    troubled: calls.map(troublesOf).filter(({ troubles }) => troubles.length > 0),
  };
}

function workOf(calls: readonly CallFigures[], askedMs: number): Work {
  const sum = (of: (call: CallFigures) => number) => calls.reduce((total, call) => total + of(call), 0);
  const upMs = sum(({ lengthMs }) => lengthMs);
  const turns = sum((call) => call.turns);
  const talkMs = sum((call) => call.talkMs);
  return {
    ...{ calls: calls.length, turns, interruptions: sum((call) => call.interruptions) },
    unheeded: sum((call) => call.unheededAtMs.length),
    shareUp: upMs / askedMs,
    turnsPerCallMinute: talkMs > 0 ? turns / (talkMs / MS_PER_MINUTE) : 0,
  };
}

function worstOf(reports: readonly CallersReport[]): LabFigures {
  const worst = (of: (lab: CallersReport['lab']) => number) => Math.max(0, ...reports.map(({ lab }) => of(lab)));
  return {
    lagP99Ms: worst(({ lagP99Ms }) => lagP99Ms),
    lagMaxMs: worst(({ lagMaxMs }) => lagMaxMs),
    framesLateP99Ms: worst(({ framesLateP99Ms }) => framesLateP99Ms),
    framesLateMaxMs: worst(({ framesLateMaxMs }) => framesLateMaxMs),
  };
}

export const whatFailed = (calls: readonly CallFigures[]): string[] =>
  calls.flatMap(({ failures }) => failures.map(({ what }) => what));

function troublesOf({ carrierCallId, failures, slowTurns, unheededAtMs }: CallFigures): TroubledCall {
  const slow = slowTurns.map(({ atMs, tookMs }) => ({ atMs, what: `answered after ${Math.round(tookMs)} ms` }));
  const unheeded = unheededAtMs.map((atMs) => ({ atMs, what: 'an interruption was not heeded' }));
  return { carrierCallId, troubles: [...failures, ...slow, ...unheeded].sort((one, other) => one.atMs - other.atMs) };
}

function counted(texts: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const text of texts) counts[text] = (counts[text] ?? 0) + 1;
  return counts;
}
