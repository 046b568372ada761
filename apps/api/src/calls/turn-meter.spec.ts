import { beforeEach, describe, expect, it } from '@jest/globals';
import type { CallEvent, ReplyKind } from '@app/conversation/ports';
import { TurnMeter } from './turn-meter.js';

let measured: unknown[];
let meter: TurnMeter;

beforeEach(() => {
  measured = [];
  const note =
    (what: string) =>
    (...figures: unknown[]) =>
      void measured.push([what, ...figures]);
  meter = new TurnMeter({ callSetUp: note('set-up'), turnStage: note('turn'), providerFailed: note('failed') }, 12);
});

const spoke = (kind: ReplyKind, epoch: number, startMs: number): CallEvent => ({
  type: 'agent.spoke',
  turn: 1,
  epoch,
  kind,
  text: 'Yes.',
  heard: 'Yes.',
  basis: 'clock',
  startMs,
  endMs: startMs + 500,
  interrupted: false,
});
const turnEnded = (epoch: number, voiceStoppedMs: number): CallEvent => ({
  type: 'turn.ended',
  turn: 1,
  epoch,
  voiceStoppedMs,
  speculated: false,
});

describe('the meter of turns', () => {
  it('measures the set-up from the line’s arrival to the greeting’s first frame', () => {
    meter.take(spoke('greeting', 1, 30));
    expect(measured).toEqual([['set-up', 42]]);
  });

  it('measures a turn from the caller’s last sound to the first of its answer', () => {
    meter.take(turnEnded(3, 5_000));
    meter.take(spoke('answer', 3, 5_700));
    expect(measured).toEqual([['turn', 'whole', 700]]);
  });

  it('measures no turn by what was said besides its answer', () => {
    meter.take(turnEnded(3, 5_000));
    meter.take(spoke('prompt', 2, 5_100));
    meter.take(spoke('filler', 4, 7_000));
    expect(measured).toEqual([]);
  });

  it('counts failures of providers, and lets everything else pass', () => {
    meter.take({ type: 'provider.failed', stage: 'model', provider: 'openai/x', code: 'provider.refused' });
    meter.take({ type: 'digit.pressed', digit: '1' });
    expect(measured).toEqual([['failed', 'model', 'openai/x', 'provider.refused']]);
  });
});
