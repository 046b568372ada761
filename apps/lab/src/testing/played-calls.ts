import type { PlayedStep } from '../caller/virtual-caller.js';
import { parseScenario, type Step } from '../caller/scenario.js';
import type { HeardWord } from '../ear/heard-words.js';
import type { HeardCall, PlayedCall } from '../report/played-call.js';

/** A step that was played as written: what was said, and from when to when. */
export function spokenStep(
  kind: 'say' | 'bargeIn' | 'backchannel',
  text: string,
  [fromMs, toMs]: [number, number],
): Omit<PlayedStep, 'at'> {
  const { steps } = parseScenario(`name: a\nsteps:\n  - ${kind}: ${JSON.stringify(text)}`, 'a.yaml');
  return { step: steps[0] as Step, fromMs, toMs, line: { text, fromMs, toMs }, quiet: null, missed: null };
}

/** A step without words, such as an expectation, written as in a scenario. */
export function silentStep(yaml: string, rest: Partial<PlayedStep> = {}): Omit<PlayedStep, 'at'> {
  const { steps } = parseScenario(`name: a\nsteps:\n  - ${yaml}`, 'a.yaml');
  return { step: steps[0] as Step, fromMs: 0, toMs: 0, line: null, quiet: null, missed: null, ...rest };
}

export function playedCall(steps: readonly Omit<PlayedStep, 'at'>[], rest: Partial<PlayedCall> = {}): PlayedCall {
  return {
    scenario: parseScenario('name: a\nsteps:\n  - hangUp', 'a.yaml'),
    steps: steps.map((step, at) => ({ at, ...step })),
    ...{ received: [], deliveries: [], rateHz: 8_000, carrierDelayMs: 100, durationMs: 30_000 },
    ...{ callerSound: new Int16Array(0), agentSound: new Int16Array(0) },
    ...{ end: 'caller-hung-up', carrierCallId: '1834567890123456789', beganAtMs: 0, worstLatenessMs: 1 },
    ...rest,
  };
}

/** Words of 300 ms each, from an instant on, as the ear tells them. */
export const wordsFrom = (fromMs: number, text: string, piece = 0): HeardWord[] =>
  text
    .split(' ')
    .map((word, at) => ({ text: word, startMs: fromMs + at * 300, endMs: fromMs + at * 300 + 300, piece }));

export function heardCall(words: readonly HeardWord[], rest: Partial<HeardCall> = {}): HeardCall {
  const alignment = { runs: [], unknownMs: 0 };
  return { recogniser: 'pocketsphinx', pieces: [], alignment, words, modelRequests: [], cuts: [], ...rest };
}
