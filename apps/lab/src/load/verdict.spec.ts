import { describe, expect, it } from '@jest/globals';
import { API_BUDGETS, BUDGETS_UNDER_FAULTS, judgeAll } from './budgets.js';
import { type CallersReport, type LoadFigures, loadFigures } from './figures.js';
import { loadVerdict } from './verdict.js';

const CALL = {
  ...{
    setUpMs: 40,
    setUpStalled: false,
    turns: 5,
    interruptions: 1,
    lengthMs: 60_000,
    talkMs: 60_000,
    turnMs: [700, 700, 700, 700, 900],
  },
  ...{
    bargeInMs: [300],
    unheededAtMs: [],
    latenessMs: [0, 1, 2],
    stalledLatenessMs: [],
    gaps: [],
    waitsMs: [],
    failures: [],
  },
  ...{ struck: null, carrierCallId: '7', slowTurns: [] },
};
const LOST = { atMs: 9_000, what: 'lost' };
const LAB = { lagP99Ms: 3, lagMaxMs: 30, framesLateP99Ms: 4, framesLateMaxMs: 31, frames: 3_000 };
const PROCESS = {
  cpuCores: 0.3,
  heldMbPerCall: 0.8,
  rssMbPerCall: 3,
  playoutLateP99Ms: 1,
  ...{ loopLateP99Ms: 2, loopLateMaxMs: 9, collectingShare: 0.01, machineCores: 1, stolenCores: 0 },
  restMs: [5, 8],
  stalledRestMs: [],
  ownMs: [2, 3],
  linesFree: true,
};

const figures = (known: { call?: object; lab?: object; process?: object; refused?: string[] } = {}): LoadFigures => {
  const report: CallersReport = {
    calls: [{ ...CALL, ...known.call }],
    refused: known.refused ?? [],
    lab: { ...LAB, ...known.lab },
  };
  return loadFigures([report], { ...PROCESS, ...known.process }, 60_000);
};
const yardstick = (known: Parameters<typeof figures>[0] = {}) => figures({ process: { cpuCores: 0.1 }, ...known });
const verdict = (run: LoadFigures, beside: LoadFigures | undefined = yardstick()) =>
  loadVerdict(run, judgeAll(run, beside));
const row = (run: LoadFigures, beside: LoadFigures | undefined, name: string) =>
  judgeAll(run, beside).find((judged) => judged.name === name);

describe('the verdict on a load', () => {
  it('is good when all was done and every budget kept', () => {
    expect(verdict(figures())).toEqual({ counts: true, good: true, reasons: [] });
  });

  it('measures CPU against the yardstick’s', () => {
    expect(row(figures(), yardstick(), 'CPU, of the yardstick’s')).toMatchObject({
      value: 0.3 / 0.1,
      judgement: 'kept',
    });
    const { reasons } = verdict(figures({ process: { cpuCores: 0.5 } }));
    expect(reasons).toEqual(['CPU, of the yardstick’s: 5 ×, and at most 4 × is allowed']);
    expect(row(figures(), undefined, 'CPU, of the yardstick’s')?.judgement).toBe('not measured');
  });

  it('excuses a time that the yardstick missed too, up to half as much again', () => {
    const late = (byMs: number) => figures({ call: { latenessMs: [byMs] } });
    const lateYardstick = yardstick({ call: { latenessMs: [30] }, process: { cpuCores: 0.1 } });
    expect(row(late(12), yardstick(), 'sound late p99')?.judgement).toBe('missed');
    expect(row(late(44), lateYardstick, 'sound late p99')?.judgement).toBe('kept, as the yardstick missed it too');
    expect(row(late(46), lateYardstick, 'sound late p99')?.judgement).toBe('missed');
  });

  it('allows later answers, and nothing else, while a provider is out', () => {
    const slow = figures({ call: { turnMs: [1_800, 1_800, 1_800], latenessMs: [50] } });
    const missed = judgeAll(slow, yardstick(), BUDGETS_UNDER_FAULTS).filter(({ judgement }) => judgement === 'missed');
    expect(missed.map(({ name }) => name)).toEqual(['sound late p99']);
    const late = judgeAll(figures({ call: { turnMs: [700, 700, 700, 2_600] } }), yardstick(), BUDGETS_UNDER_FAULTS);
    expect(late.find(({ name }) => name === 'longest silence')?.judgement).toBe('missed');
  });

  it('wants every stage whose first choice was out to go to another one and back, at no more than a probe a second', () => {
    const [switches, returns, probes] = [{ recogniser: 5, model: 5 }, { recogniser: 5 }, { 'model openai/a': 9 }];
    const switched = { switches, returns, probes, probesTooMany: { 'model openai/a': 2, 'voice b/c': 0 } };
    const run = figures({ process: { cpuCores: 0.3, switched } });
    expect(loadVerdict(run, judgeAll(run, yardstick()), ['recogniser', 'model', 'voice']).reasons).toEqual([
      'no voice took over from the one that was out',
      'the first model was not gone back to',
      'model openai/a was tried 2 times more than once a second',
    ]);
    expect(loadVerdict(figures(), [], ['voice']).reasons).toEqual(['nobody looked whether providers were switched']);
  });

  it('asks for more where the API is probed, and counts what it answered wrongly', () => {
    const api = {
      callMs: [5],
      listMs: [30],
      orderMs: [20, 51],
      socketMs: [9],
      streamMs: [9],
      stalledMs: [99],
      refused: { oops: 2 },
    };
    const run = figures({ process: { cpuCores: 0.1, api } });
    const missed = judgeAll(run, yardstick(), API_BUDGETS).filter(({ judgement }) => judgement === 'missed');
    expect(missed.map(({ name, value }) => [name, value])).toEqual([
      ['GET /calls p99', 30],
      ['POST /calls, the slowest', 51],
    ]);
    expect(verdict(run).reasons).toContain('2 × oops');
  });

  it('excuses no memory by the yardstick’s', () => {
    const much = { process: { cpuCores: 0.1, heldMbPerCall: 3 } };
    expect(row(figures(much), yardstick(much), 'held memory per call')?.judgement).toBe('missed');
  });

  it('counts nothing when the lab was starved', () => {
    const run = verdict(figures({ lab: { framesLateP99Ms: 25 } }));
    expect(run).toMatchObject({ counts: false, good: false });
    expect(run.reasons).toEqual(['the lab was starved: its own frames left 25 ms late (p99)']);
    expect(verdict(figures({ lab: { lagP99Ms: 21 } })).counts).toBe(false);
  });

  it('counts nothing when less was done than asked', () => {
    expect(verdict(figures({ call: { lengthMs: 50_000 } })).reasons).toEqual(['only 83.3 % of the calls were up']);
    expect(verdict(figures({ call: { turns: 3 } })).reasons).toEqual(['only 3 turns a minute and call']);
    const tame = verdict(figures({ call: { interruptions: 0 } }));
    expect(tame).toMatchObject({ counts: false, reasons: ['only 0 of 5 turns were interruptions'] });
  });

  it('names what failed, and how often', () => {
    const run = figures({ call: { unheededAtMs: [1_000, 9_000], failures: [LOST, LOST] }, refused: ['no line'] });
    expect(verdict(run).reasons).toEqual(['2 interruptions were not heeded', '2 × lost', '1 × no line']);
    expect(verdict(figures({ process: { cpuCores: 0.3, linesFree: false } })).reasons).toEqual([
      'lines were still in use when all calls had ended',
    ]);
  });

  it('tells in which calls it was', () => {
    const slowTurns = [{ atMs: 4_000, tookMs: 1_700.4 }];
    const { troubled } = figures({ call: { failures: [LOST], slowTurns, unheededAtMs: [2_000] } });
    const unheeded = { atMs: 2_000, what: 'an interruption was not heeded' };
    const troubles = [unheeded, { atMs: 4_000, what: 'answered after 1700 ms' }, LOST];
    expect(troubled).toEqual([{ carrierCallId: '7', troubles }]);
    expect(figures().troubled).toEqual([]);
  });

  it('names the worst of the lab’s processes', () => {
    const reports = [LAB, { ...LAB, lagP99Ms: 9 }].map((lab) => ({ calls: [], refused: [], lab }));
    expect(loadFigures(reports, PROCESS, 1).lab.lagP99Ms).toBe(9);
  });
});
