import fc from 'fast-check';
import { expect, it } from '@jest/globals';
import type { LogEntry } from './log/entry.js';
import type { Input } from './log/input.js';
import { recordOf } from './log/record.js';
import { replay } from './log/replay.js';
import type { FunctionDefinition } from './ports/index.js';
import { someSettings } from './testing/index.js';
import { SteppedCall } from './testing/stepped-call.js';

const TO = { properties: { to: { enum: ['+441632960001'] } } };
const FUNCTIONS: FunctionDefinition[] = (['reads', 'changes', 'ends-call', 'transfers-call'] as const).map(
  (effect) => ({ name: effect, description: effect, parameters: TO, effect, timeoutMs: 3_000 }),
);

const settings = fc
  .record({
    pauseMs: fc.integer({ min: 100, max: 1_500 }),
    completeMs: fc.integer({ min: 0, max: 800 }),
    hesitationMs: fc.integer({ min: 200, max: 3_000 }),
    lateWordsMs: fc.integer({ min: 100, max: 2_000 }),
    overlapMs: fc.integer({ min: 100, max: 600 }),
    resumeMs: fc.integer({ min: 100, max: 2_000 }),
    speculates: fc.boolean(),
  })
  .map((turns) => someSettings(turns, { maxCallMs: 60_000 }));

/** What an input leaves open: which reply it speaks of (the newest, or one before it) and where in it. */
type Loose = (call: SteppedCall) => Input;
const text = fc.constantFrom('', 'yes', 'mm-hm', 'I would like a table', 'and', 'stop, please.');
const back = fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 }));
const piece = fc.nat({ max: 3 });
const heard = fc.record({
  wholePieces: piece,
  partText: fc.constantFrom('', 'One'),
  basis: fc.constant('clock' as const),
});
const ofReply = <T>(rest: fc.Arbitrary<T>, make: (epoch: number, rest: T) => Input) =>
  fc.tuple(back, rest).map(
    ([epochs, some]): Loose =>
      (call) =>
        make(Math.max(1, call.epoch - epochs), some),
  );
const plainly = (inputs: fc.Arbitrary<Input>) =>
  inputs.map(
    (input): Loose =>
      () =>
        input,
  );
const none = fc.constant({});

const caller = fc.oneof(
  fc.nat({ max: 300 }).map((ago): Loose => ({ atMs }) => ({ type: 'voice-started', onsetMs: Math.max(0, atMs - ago) })),
  fc.nat({ max: 300 }).map((ago): Loose => ({ atMs }) => ({ type: 'voice-stopped', endMs: Math.max(0, atMs - ago) })),
  plainly(text.map((said) => ({ type: 'words-changed', text: said }))),
  plainly(text.map((said) => ({ type: 'words-settled', text: said, confidence: 0.9 }))),
  plainly(fc.constantFrom('speech-ended', 'turn-guessed', 'turn-resumed').map((type) => ({ type }))),
  plainly(fc.constantFrom('4', '#').map((digit) => ({ type: 'digit-pressed', digit }))),
);
const reply = fc.oneof(
  ofReply(none, (epoch) => ({ type: 'model-answered', epoch })),
  ofReply(text, (epoch, said) => ({ type: 'sentence-ready', epoch, text: said })),
  ofReply(fc.record({ name: fc.constantFrom(...FUNCTIONS.map(({ name }) => name), 'unknown'), id: fc.constantFrom('1', '2'), to: fc.constantFrom('+441632960001', 'home') }), (epoch, { name, id, to }) => ({ type: 'function-called', epoch, call: { id, name, argumentsJson: JSON.stringify({ to }) } })), // prettier-ignore
  ofReply(none, (epoch) => ({ type: 'reply-thought', epoch, reason: 'stop' })),
  ofReply(none, (epoch) => ({ type: 'reply-audible', epoch })),
  ofReply(piece, (epoch, n) => ({ type: 'piece-heard', epoch, piece: n })),
  ofReply(none, (epoch) => ({ type: 'reply-ran-dry', epoch })),
  ofReply(none, (epoch) => ({ type: 'reply-finished', epoch, basis: 'clock' })),
  ofReply(heard, (epoch, far) => ({ type: 'reply-held', epoch, heard: far })),
  ofReply(heard, (epoch, far) => ({ type: 'reply-stopped', epoch, heard: far })),
  ofReply(fc.record({ stage: fc.constantFrom('model', 'voice'), retryable: fc.boolean(), piece }), (epoch, failure) => ({ type: 'provider-failed', provider: 'a/b', code: 'x', epoch, ...failure })), // prettier-ignore
);
const timers = ['pause', 'late-words', 'overlap', 'resume', 'obligation', 'time-limit'] as const;
const world = fc.oneof(
  { weight: 6, arbitrary: plainly(fc.constantFrom(...timers).map((timer) => ({ type: 'timer-due', timer }))) },
  { weight: 2, arbitrary: fc.tuple(fc.nat(), fc.boolean()).map(([nth, ok]): Loose => (call) => ({ type: 'function-returned', key: keyOf(call, nth), result: ok ? { ok, resultJson: '{}' } : { ok, failure: 'timed-out', detail: '' } })) }, // prettier-ignore
  plainly(fc.boolean().map((retryable) => ({ type: 'provider-failed', stage: 'recogniser', provider: 'a/b', code: 'x', retryable }))), // prettier-ignore
  plainly(fc.constant({ type: 'command-given', command: { type: 'hang-up' }, author: 'desk' })),
  plainly(fc.constantFrom('closed', 'lost').map((end) => ({ type: 'line-closed', end }))),
);

function keyOf(call: SteppedCall, nth: number): string {
  const runs = call.done('run-function');
  return runs[nth % Math.max(1, runs.length)]?.key ?? 'none:0';
}

const moments = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: caller }, { weight: 12, arbitrary: reply }, { weight: 3, arbitrary: world }),
    fc.oneof(fc.constant(0), fc.nat({ max: 400 }), fc.nat({ max: 12_000 })),
  ),
  { maxLength: 80 },
);

/** What must be true after every step. */
function check(call: SteppedCall, epochBefore: number, phaseBefore: string, { effects }: LogEntry): void {
  const { agent, obligation, phase, epoch } = call.call;
  expect(obligation === null).toBe(phase === 'closed');
  expect(epoch).toBeGreaterThanOrEqual(epochBefore);
  const wants = effects.map(({ type }) => type);
  if (wants.includes('release')) expect(agent.floor !== 'idle' && !agent.reply.released).toBe(false);
  const changes = effects.some((effect) => effect.type === 'run-function' && effect.changes);
  if (changes) expect(agent).toMatchObject({ reply: { released: true } });
  if (phaseBefore === 'ending' || phaseBefore === 'closed') {
    expect(wants).not.toContain('speak');
    expect(wants).not.toContain('think');
  }
}

it('holds in whatever order things happen', () => {
  fc.assert(
    fc.property(settings, fc.boolean(), moments, (chosen, ducks, told) => {
      const call = new SteppedCall({ settings: chosen, functions: FUNCTIONS, ducks });
      call.give({ type: 'line-up' });
      for (const [loose, afterMs] of told) {
        const { epoch, phase } = call.call;
        call.give(loose(call), afterMs);
        const entry = call.log.at(-1);
        if (entry) check(call, epoch, phase, entry);
        recordOf(call.log);
      }
      expect(call.told('call.ended').length).toBe(call.call.endedTold ? 1 : 0);
      expect(replay(call.log)).toMatchObject({ divergence: null });
    }),
    { numRuns: 300 },
  );
});
