import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Effect, Input, LogEntry } from '@app/conversation';
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
  const metrics = {
    callSetUp: note('set-up'),
    callTurnedAway: note('turned away'),
    turnStage: note('turn'),
    providerFailed: note('failed'),
    providerSwitched: note('switched'),
  };
  meter = new TurnMeter(metrics, 12);
});

const happens = (atMs: number, input: Input, ...effects: Effect[]): void => {
  const entry: LogEntry = { seq: 0, atMs, input, effects };
  meter.take(entry);
};
const tell = (event: CallEvent): Effect => ({ type: 'tell', event });
const think = (epoch: number, round = 0): Effect => ({ type: 'think', epoch, round });
const ended = (epoch: number, voiceStoppedMs: number, speculated: boolean): Effect =>
  tell({ type: 'turn.ended', turn: 1, epoch, voiceStoppedMs, speculated });
const pause: Input = { type: 'timer-due', timer: 'pause' };
const settled: Input = { type: 'words-settled', text: 'Hello?', confidence: 1 };

const spoke = (kind: ReplyKind, epoch: number, startMs: number): Effect => {
  const said = { text: 'Yes.', heard: 'Yes.', basis: 'clock', endMs: startMs + 500, interrupted: false } as const;
  return tell({ type: 'agent.spoke', turn: 1, epoch, kind, startMs, ...said });
};

describe('the meter of turns', () => {
  it('measures the set-up from the line’s arrival to the greeting’s first frame', () => {
    happens(900, { type: 'reply-finished', epoch: 1, basis: 'clock' }, spoke('greeting', 1, 30));
    expect(measured).toEqual([['set-up', 42]]);
  });

  it('measures each stage of a turn, from its last needed input', () => {
    happens(5_150, settled);
    happens(5_500, pause, think(3), ended(3, 5_000, false));
    happens(5_800, { type: 'model-answered', epoch: 3 });
    happens(5_900, { type: 'sentence-ready', epoch: 3, text: 'Yes.' });
    happens(6_100, { type: 'piece-sounded', epoch: 3, piece: 0 });
    happens(6_102, { type: 'reply-audible', epoch: 3 });
    happens(6_900, { type: 'reply-audible', epoch: 3 }); // after running dry
    expect(measured).toEqual([
      ['turn', 'settle', 150],
      ['turn', 'decide', 350],
      ['turn', 'ask', 0],
      ['turn', 'first-token', 300],
      ['turn', 'sentence', 100],
      ['turn', 'voice', 200],
      ['turn', 'play', 2],
      ['turn', 'ours', 2],
      ['turn', 'whole', 1_102],
    ]);
  });

  it('counts the wait of a guess for the end of its turn to nobody', () => {
    happens(5_150, settled, think(3));
    happens(5_250, { type: 'model-answered', epoch: 3 });
    happens(5_260, { type: 'sentence-ready', epoch: 3, text: 'Yes.' });
    happens(5_300, { type: 'piece-sounded', epoch: 3, piece: 0 });
    happens(5_500, pause, ended(3, 5_000, true));
    happens(5_503, { type: 'reply-audible', epoch: 3 });
    expect(measured).toContainEqual(['turn', 'play', 3]);
    expect(measured).toContainEqual(['turn', 'ask', 0]);
    expect(measured).toContainEqual(['turn', 'whole', 503]);
  });

  it('does not measure what a turn did not have', () => {
    happens(5_500, pause, think(3), ended(3, 5_000, false));
    happens(7_700, { type: 'piece-sounded', epoch: 3, piece: 0 }); // "one moment", before any token
    happens(7_701, { type: 'reply-audible', epoch: 3 });
    expect(measured.map((one) => (one as string[])[1])).toEqual(['ask', 'play', 'ours', 'whole']);
  });

  it('measures no turn by what was said besides its answer', () => {
    happens(5_500, pause, ended(3, 5_000, false));
    happens(5_600, { type: 'reply-audible', epoch: 2 });
    happens(7_000, { type: 'reply-audible', epoch: 4 });
    expect(measured).toEqual([]);
  });

  it.each([
    [true, '+441632960002', 'transferred'],
    [true, null, 'told'],
    [false, null, 'hung-up'],
  ])('counts calls that are turned away by what they got: %s, %s', (told, transferTo, answer) => {
    happens(10, pause, tell({ type: 'call.turned-away', reason: 'no-line', told, transferTo }));
    expect(measured).toEqual([['turned away', 'no-line', answer]]);
  });

  it('counts who took over from whom', () => {
    const event = { type: 'provider.switched', stage: 'voice', from: 'a/1', to: 'b/2', reason: 'slow' } as const;
    happens(10, pause, tell(event));
    expect(measured).toEqual([['switched', 'voice', 'a/1', 'b/2', 'slow']]);
  });

  it('counts failures of providers, and lets everything else pass', () => {
    const event = { type: 'provider.failed', stage: 'model', provider: 'openai/x', code: 'provider.refused' } as const;
    happens(10, pause, tell(event), tell({ type: 'digit.pressed', digit: '1' }));
    expect(measured).toEqual([['failed', 'model', 'openai/x', 'provider.refused']]);
  });
});
