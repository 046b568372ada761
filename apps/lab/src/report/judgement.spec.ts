import { describe, expect, it } from '@jest/globals';
import type { ApiSegment } from '../call/api-call.js';
import type { StreamerCommand } from '../ringover/streamer-wire.js';
import { heardCall, playedCall, silentStep, spokenStep, wordsFrom } from '../testing/played-calls.js';
import { unmet } from './expectations.js';
import { backchannels, bargeIns } from './overlaps.js';
import { unexplainedSilences } from './silences.js';
import { turnsTaken } from './turns.js';
import { understoodLines, wordErrorRate } from './understanding.js';

const segment = (
  said: string,
  [startMs, endMs]: [number, number],
  speaker: 'caller' | 'agent' = 'caller',
): ApiSegment => ({
  ...{ speaker, said, heard: said, startMs, endMs, interrupted: false, kind: null, turn: 1 },
});

describe('how well the caller was understood', () => {
  const steps = playedCall([
    spokenStep('say', 'I would like to book an appointment', [2_000, 4_000]),
    spokenStep('backchannel', 'yes', [7_000, 7_300]),
    spokenStep('say', 'Tomorrow morning please', [12_000, 13_000]),
  ]).steps;

  it('gives each line what was understood in its time, and counts the words that differ', () => {
    const transcript = [
      segment('i would like to book', [2_150, 3_300]),
      segment('the appointment', [3_500, 4_250]),
      segment('yes', [7_050, 7_400]),
      segment('tomorrow warning', [12_100, 13_400]),
    ];
    const lines = understoodLines(steps, transcript);
    expect(lines.map(({ understood, errors }) => [understood, errors])).toEqual([
      ['i would like to book the appointment', 1],
      ['tomorrow warning', 2],
    ]);
    expect(wordErrorRate(lines)).toBeCloseTo(3 / 10);
  });

  it('counts a line of which nothing was understood as wrong altogether', () => {
    expect(wordErrorRate(understoodLines(steps, []))).toBe(1);
    expect(wordErrorRate(understoodLines([], []))).toBeNull();
  });
});

describe('silences', () => {
  const agent = [
    { fromMs: 300, toMs: 3_000 },
    { fromMs: 9_000, toMs: 11_000 },
    { fromMs: 22_000, toMs: 23_000 },
  ];

  it('finds where the agent owed the next word, longest first', () => {
    const call = playedCall([spokenStep('say', 'hello', [4_000, 5_000])], { durationMs: 24_000 });
    expect(unexplainedSilences(call, agent)).toEqual([
      { fromMs: 11_000, toMs: 22_000 },
      { fromMs: 5_000, toMs: 9_000 },
      { fromMs: 0, toMs: 300 },
    ]);
  });

  it('leaves out what the scenario asked for, and the caller’s own pauses', () => {
    const quiet = { fromMs: 11_000, toMs: 22_000 };
    const call = playedCall([spokenStep('say', 'hello', [8_000, 8_900]), silentStep('silence: 12000', { quiet })]);
    expect(unexplainedSilences(call, agent)).toEqual([
      { fromMs: 0, toMs: 300 },
      { fromMs: 8_900, toMs: 9_000 },
    ]);
  });

  it('finds the silence in which an agent leaves a caller who gives up waiting', () => {
    const call = playedCall(
      [spokenStep('say', 'hello', [4_000, 5_000]), spokenStep('say', 'hello?', [17_000, 18_000])],
      { durationMs: 18_000 },
    );
    expect(unexplainedSilences(call, agent.slice(0, 1))).toContainEqual({ fromMs: 5_000, toMs: 17_000 });
  });
});

describe('speech over the agent’s', () => {
  const at = (atMs: number, command: StreamerCommand, rest = {}) => ({ atMs, command, ...rest });
  const sound = (atMs: number, playsAtMs: number) =>
    at(atMs, { type: 'stream-audio', samples: new Int16Array(1_600), rateHz: 8_000 }, { playsAtMs });
  const BREAK = { type: 'break' } as const;
  const piece = {
    contextId: 'a',
    text: 'one two',
    samples: new Int16Array(40_000),
    words: wordsFrom(0, 'one two'),
    madeAtMs: 0,
  };
  const heard = (rest = {}) => heardCall([], { pieces: [piece, { ...piece, contextId: 'b' }], ...rest });

  it('measures a barge-in from the true onset of the voice to the break', () => {
    const call = playedCall([spokenStep('bargeIn', 'wait', [5_000, 6_000])], {
      received: [at(4_000, BREAK, { droppedMs: 100 }), at(5_310, BREAK, { droppedMs: 300 })],
    });
    expect(bargeIns(call, heard())).toEqual([{ text: 'wait', onsetMs: 5_000, tookMs: 310, lateMs: 0 }]);
  });

  it('knows a barge-in to which the agent did not yield, also when it had said all', () => {
    const call = playedCall([spokenStep('bargeIn', 'wait', [5_000, 6_000])], {
      received: [at(5_300, BREAK, { droppedMs: 0 })],
    });
    expect(bargeIns(call, null)).toEqual([{ text: 'wait', onsetMs: 5_000, tookMs: null, lateMs: null }]);
  });

  it('finds sound of the same reply after the break, and lets another reply pass', () => {
    const received = [
      sound(4_900, 5_000),
      at(5_300, BREAK, { droppedMs: 300 }),
      sound(5_480, 5_580),
      sound(7_000, 7_100),
    ];
    const alignment = {
      unknownMs: 0,
      runs: [
        { piece: 0, offsetMs: 0, fromMs: 4_000, lengthMs: 1_400 },
        { piece: 0, offsetMs: 1_600, fromMs: 5_580, lengthMs: 200 },
        { piece: 1, offsetMs: 0, fromMs: 7_100, lengthMs: 200 },
      ],
    };
    const call = playedCall([spokenStep('bargeIn', 'wait', [5_000, 6_000])], { received });
    expect(bargeIns(call, heard({ alignment }))[0]?.lateMs).toBe(180);
  });

  it('takes a backchannel for harmless only when the agent went on to its last word', () => {
    const run = { piece: 0, offsetMs: 0, fromMs: 4_000, lengthMs: 5_000 };
    const alignment = { unknownMs: 0, runs: [run] };
    const steps = [spokenStep('backchannel', 'yes', [5_000, 5_300])];
    const whole = heard({ alignment, words: wordsFrom(4_000, 'one two') });
    expect(backchannels(playedCall(steps), whole)).toEqual([{ text: 'yes', pausedMs: 0, stopped: null }]);
    expect(backchannels(playedCall(steps), { ...whole, words: wordsFrom(4_000, 'one') })[0]?.stopped).toContain(
      'heard only to "one"',
    );
    const received = [at(5_400, BREAK, { droppedMs: 300 })];
    const resumed = {
      unknownMs: 0,
      runs: [
        { ...run, lengthMs: 1_500 },
        { ...run, offsetMs: 1_200, fromMs: 6_300 },
      ],
    };
    expect(backchannels(playedCall(steps, { received }), { ...whole, alignment: resumed })).toEqual([
      { text: 'yes', pausedMs: 800, stopped: null },
    ]);
    expect(backchannels(playedCall(steps, { received }), null)[0]?.stopped).toContain('a break came 400 ms after');
  });
});

describe('how long an answer took', () => {
  it('counts from the caller’s last sound to the reply’s first, less the carrier’s delay', () => {
    const call = playedCall([spokenStep('say', 'hello', [3_000, 4_000]), spokenStep('say', 'bye', [9_000, 9_500])]);
    const latency = {
      ...{ turn: 1, voiceStoppedMs: 4_100, wordsSettledMs: 4_350, turnEndedMs: 4_400, askedMs: 4_300 },
      ...{ firstTokenMs: 4_500, firstSentenceMs: 4_550, firstAudioMs: 4_700, audibleMs: 4_710 },
    };
    const turns = turnsTaken(call, [{ fromMs: 4_850, toMs: 8_000 }], [latency]);
    expect(turns).toEqual([
      {
        ...{ said: 'hello', saidUntilMs: 4_000, replyMs: 750 },
        stages: { recogniserMs: 250, judgementMs: 300, modelMs: 250, voiceMs: 150, lineMs: 10 },
      },
      { said: 'bye', saidUntilMs: 9_500, replyMs: null, stages: null },
    ]);
  });
});

describe('what a scenario expects', () => {
  const call = playedCall([
    spokenStep('say', 'hello', [3_000, 4_000]),
    silentStep('expect: { agent: "nine", not: "sorry", understood: "hel+o", function: book }'),
    spokenStep('say', 'bye', [9_000, 9_500]),
  ]);
  const transcript = [segment('hello', [3_100, 4_100])];
  const booked = (content: string) => ({
    ...{ requestId: 'a', atMs: 6_000 },
    messages: [
      { role: 'assistant', tool_calls: [{ id: 'one', function: { name: 'book' } }] },
      { role: 'tool', tool_call_id: 'one', content },
    ],
  });
  const expected = (text: string, request = booked('{"ok":true}')) => {
    const [, step] = call.steps;
    if (step?.step.kind !== 'expect') throw new Error('the second step expects');
    const heard = heardCall(wordsFrom(5_000, text), { modelRequests: [request] });
    return unmet(step.step.expect, 1, { steps: call.steps, heard, transcript });
  };

  it('is met by what was heard between the caller’s lines', () => {
    expect(expected('at nine')).toBeNull();
  });

  it('is not met by other words, by words that must not come, or by a function that failed', () => {
    expect(expected('at ten')).toContain('expected to hear /nine/iu');
    expect(expected('sorry at nine')).toContain('must not match');
    expect(expected('at nine', booked('{"error":"taken"}'))).toBe('the function book did not return');
  });
});
