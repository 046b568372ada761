import { describe, expect, it } from '@jest/globals';
import { heardCall, playedCall, silentStep, spokenStep } from '../testing/played-calls.js';
import { type CallReport, reportOf } from './call-report.js';
import { reportLines, transcriptLines } from './print.js';
import { failuresOf } from './verdict.js';

const record = { id: 'call-1', state: 'ended', endReason: 'caller-hung-up', transcript: [], latencies: [], events: [] };
const good: CallReport = {
  ...reportOf({ seed: 1, call: playedCall([]), heard: heardCall([]), record }),
  ...{ silences: [], wordErrorRate: 0.1, told: [{ told: 'a', heard: 'a', differs: 1 }] },
};

describe('the verdict on a call', () => {
  it('has nothing against a good one', () => {
    expect(failuresOf(good)).toEqual([]);
  });

  it.each<[string, Partial<CallReport>, string]>([
    [
      'a missed step',
      { missedSteps: ['step 3 (say): the agent had not answered'] },
      'missed step 3 (say): the agent had not answered',
    ],
    [
      'a starved lab',
      { worstLatenessMs: 1_400 },
      "this machine was too busy: the caller's sound was up to 1.4 s late, so nothing here counts",
    ],
    ['words misunderstood', { wordErrorRate: 0.16 }, 'the word error rate is 16 %, over 15 %'],
    [
      'words misremembered',
      { told: [{ told: 'a b c', heard: 'a', differs: 2 }] },
      'the model was told "a b c" where the ear heard "a": 2 words differ',
    ],
    [
      'a reply cut elsewhere',
      { cut: [{ text: 'a b c', toldMs: 2_000, heardMs: 1_650, lateMs: 20 }] },
      'the model was told that 2.0 s of "a b c" were heard where the ear heard 1.6 s',
    ],
    [
      'a reply of whose end the model heard late',
      { cut: [{ text: 'a b c', toldMs: 2_000, heardMs: 2_000, lateMs: 2_400 }] },
      'the model was told only 2400 ms after the break that "a b c" was cut off',
    ],
    ['a silence', { silences: [{ fromMs: 4_000, toMs: 6_600 }] }, 'nobody spoke for 2.6 s at 4.0 s'],
    [
      'a barge-in in vain',
      { bargeIns: [{ text: 'wait', onsetMs: 1, tookMs: null, lateMs: null }] },
      'the agent did not yield to "wait"',
    ],
    [
      'late sound',
      { bargeIns: [{ text: 'wait', onsetMs: 1, tookMs: 300, lateMs: 101 }] },
      'sound of a reply was sent up to 101 ms after its break',
    ],
    [
      'a stopped reply',
      { backchannels: [{ text: 'yes', pausedMs: 0, stopped: 'a break came' }] },
      '"yes" stopped the agent: a break came',
    ],
    [
      'strange messages',
      { unreadable: ['not a JSON object'] },
      "the api sent what Ringover's streamer does not document: not a JSON object",
    ],
    [
      'a refused webhook',
      { webhooks: [{ event: 'hangup', attempt: 1, status: 401, tookMs: 1 }] },
      'the webhook hangup was not taken: status 401',
    ],
    ['an unknown call', { callId: null }, "the api has no call with the carrier's id 1834567890123456789"],
  ])('names %s', (_what, wrong, failure) => {
    expect(failuresOf({ ...good, ...wrong })).toEqual([failure]);
  });

  it.each<[string, Partial<CallReport>]>([
    ['an error rate that nobody measured', { wordErrorRate: null }],
    ['a memory that nobody could see', { told: null }],
    ['a reply cut nearly where it was', { cut: [{ text: 'a', toldMs: 2_000, heardMs: 1_700, lateMs: 1_000 }] }],
    ['a silence of 2.5 s', { silences: [{ fromMs: 0, toMs: 2_500 }] }],
    [
      'a webhook that was taken in the end',
      { webhooks: [500, 204].map((status, n) => ({ event: 'ringing', attempt: n + 1, status, tookMs: 1 })) },
    ],
  ])('lets %s pass', (_what, rest) => {
    expect(failuresOf({ ...good, ...rest })).toEqual([]);
  });

  it('counts steps that were missed, and expectations that were not met', () => {
    const call = playedCall([
      silentStep('expect: { agent: nine }'),
      { ...spokenStep('say', 'a', [1, 2]), missed: 'too late' },
    ]);
    const { missedSteps } = reportOf({ seed: 1, call, heard: heardCall([]), record });
    expect(missedSteps).toEqual(['step 1 (expect): expected to hear /nine/iu, heard ""', 'step 2 (say): too late']);
  });

  it('measures no error rate of a recogniser that knows its script, or of a real one', () => {
    const call = playedCall([spokenStep('say', 'hello', [1_000, 2_000])]);
    const rateOf = (heard: ReturnType<typeof heardCall> | null) =>
      reportOf({ seed: 1, call, heard, record }).wordErrorRate;
    expect(rateOf(heardCall([]))).toBe(1);
    expect(rateOf(heardCall([], { recogniser: 'script' }))).toBeNull();
    expect(rateOf(null)).toBeNull();
  });

  it('can be read', () => {
    const transcript = [
      { speaker: 'caller', fromMs: 1, said: 'hello', recorded: 'yellow', heard: null, interrupted: false },
      { speaker: 'agent', fromMs: 2, said: 'hi there', recorded: 'hi', heard: 'hi', interrupted: true },
    ] as const;
    expect(transcriptLines({ ...good, transcript: [...transcript] })).toEqual([
      '  caller  hello',
      '          recorded as: yellow',
      '  agent   hi',
    ]);
    expect(reportLines(good).join('\n')).toContain('word error rate 10.0 %');
  });
});
