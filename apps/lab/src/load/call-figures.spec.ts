import { describe, expect, it } from '@jest/globals';
import type { PlayedStep } from '../caller/virtual-caller.js';
import type { ReceivedCommand } from '../ringover/ringover-call.js';
import { figuresOf, type MeasuredCall } from './call-figures.js';

const DELAY_MS = 100;
const sound = (atMs: number): ReceivedCommand => ({
  ...{ atMs, playsAtMs: atMs + DELAY_MS },
  command: { type: 'stream-audio', rateHz: 8_000, samples: new Int16Array(1_600).fill(900) },
});
const say = (fromMs: number, toMs: number): PlayedStep => ({
  ...{ at: 0, fromMs, toMs, quiet: null, missed: null, line: { text: 'hi', fromMs, toMs } },
  step: { kind: 'say', say: 'hi', after: 'reply', quietMs: 0, withinMs: 0 },
});
const interrupt = (fromMs: number, toMs: number): PlayedStep => ({
  ...say(fromMs, toMs),
  step: { kind: 'bargeIn', bargeIn: 'hi', afterMs: 0, withinMs: 0 },
});

/** Sound is heard in the given stretches. */
const call = (known: Partial<MeasuredCall>, heard: readonly (readonly [number, number])[]): MeasuredCall => ({
  ...{
    carrierCallId: '7',
    received: [],
    steps: [],
    carrierDelayMs: DELAY_MS,
    untilMs: 60_000,
    end: 'caller-hung-up',
    stallsAtMs: [],
  },
  heard: (fromMs, lengthMs) =>
    new Int16Array(40).fill(heard.some(([from, to]) => from < fromMs + lengthMs && to > fromMs) ? 900 : 0),
  ...known,
});

describe('the figures of a call', () => {
  it('count a turn from the caller’s last sound to the reply’s first, without the carrier’s delay', () => {
    const { turnMs, turns, failures } = figuresOf(call({ steps: [say(1_000, 2_000)] }, [[2_900, 4_000]]));
    expect([turnMs, turns, failures]).toEqual([[800], 1, []]);
  });

  it('have no figure for a turn that was not answered, or talked over', () => {
    const steps = [say(1_000, 2_000), say(8_000, 9_000), say(20_000, 21_000)];
    const { turnMs, failures } = figuresOf(
      call({ steps }, [
        [8_500, 10_000],
        [22_000, 23_000],
      ]),
    );
    expect(turnMs).toEqual([900]);
    expect(failures).toEqual([
      { atMs: 2_000, what: 'a turn was not answered' },
      { atMs: 9_000, what: 'the agent talked over the caller' },
    ]);
  });

  it('tell which turns took too long', () => {
    const { slowTurns } = figuresOf(call({ steps: [say(1_000, 2_000)] }, [[3_800, 4_000]]));
    expect(slowTurns).toEqual([{ atMs: 2_000, tookMs: 1_700 }]);
  });

  it('ask no answer of a line at the call’s very end', () => {
    const { turns, failures } = figuresOf(call({ steps: [say(57_000, 58_000)] }, []));
    expect([turns, failures]).toEqual([0, []]);
  });

  it('count an interruption from its onset to the break', () => {
    const received = [sound(500), { atMs: 3_310, command: { type: 'break' as const } }];
    const steps = [interrupt(3_000, 4_000), interrupt(9_000, 10_000)];
    const { bargeInMs, unheededAtMs, interruptions, setUpMs } = figuresOf(
      call({ received, steps }, [
        [4_500, 5_000],
        [8_000, 9_600],
        [11_000, 12_000],
      ]),
    );
    expect({ bargeInMs, unheededAtMs, interruptions, setUpMs }).toEqual({
      bargeInMs: [310],
      unheededAtMs: [9_000],
      interruptions: 2,
      setUpMs: 500,
    });
  });

  it('do not call it unheeded when the reply is over by itself just then', () => {
    const { bargeInMs, unheededAtMs } = figuresOf(
      call({ steps: [interrupt(9_000, 10_000)] }, [
        [8_000, 9_390],
        [11_000, 12_000],
      ]),
    );
    expect([bargeInMs, unheededAtMs]).toEqual([[], []]);
  });

  it('tell whether the lab itself stood still before the first sound', () => {
    const received = [sound(500)];
    const stalled = (...stallsAtMs: number[]) =>
      figuresOf({ ...call({ received, steps: [] }, []), stallsAtMs }).setUpStalled;
    expect([stalled(), stalled(300), stalled(515), stalled(900)]).toEqual([false, true, true, false]);
  });

  it('tell what else went wrong', () => {
    const received = [{ atMs: 1, command: { type: 'unreadable' as const, why: 'not JSON' } }];
    const steps = [{ ...say(1_000, 2_000), line: null, missed: 'no answer' }];
    expect(figuresOf(call({ received, steps, end: 'lost' }, [])).failures).toEqual([
      { atMs: 1, what: 'not JSON' },
      { atMs: 2_000, what: 'no answer' },
      { atMs: 60_000, what: 'the call ended by itself (lost)' },
    ]);
    const cutShort = [{ ...say(1_000, 59_950), line: null, missed: 'no answer' }];
    expect(figuresOf(call({ steps: cutShort }, [])).failures).toEqual([]);
  });
});
