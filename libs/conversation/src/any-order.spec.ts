import fc from 'fast-check';
import { expect, it } from '@jest/globals';
import type { Call, Reply } from './call.js';
import type { CallCommand } from './log/command.js';
import type { LogEntry } from './log/entry.js';
import type { Input } from './log/input.js';
import { recordOf } from './log/record.js';
import { replay } from './log/replay.js';
import type { FunctionDefinition, OnMachine } from './ports/index.js';
import { someSettings } from './testing/index.js';
import { SteppedCall } from './testing/stepped-call.js';

/** Of the same seed come the same calls; another one finds others. */
const SEED = 20_261_121;
const RUNS = 2_000;

const TO = { properties: { to: { enum: ['+441632960001'] } } };
const FUNCTIONS: FunctionDefinition[] = (['reads', 'changes', 'ends-call', 'transfers-call'] as const).map(
  (effect) => ({ name: effect, description: effect, parameters: TO, effect, timeoutMs: 3_000 }),
);

const OTHER = someSettings();
const COMMANDS: CallCommand[] = [
  { type: 'say', text: 'One thing. And another.' },
  { type: 'whisper', text: 'Be kind.' },
  ...(['caller', 'agent'] as const).flatMap((side) => [{ type: 'mute' as const, side }, { type: 'unmute' as const, side }]), // prettier-ignore
  { type: 'hold' },
  { type: 'resume', text: null },
  { type: 'resume', text: 'Here I am.' },
  { type: 'play', sound: 'beep' },
  { type: 'say-phrase', phrase: 'oneMoment' },
  { type: 'send-digits', digits: '12' },
  { type: 'transfer', to: '+441632960001', text: null },
  { type: 'transfer', to: '+441632960001', text: 'Goodbye.' },
  { type: 'warm-transfer', to: '+441632960001', text: null, briefing: null },
  { type: 'warm-transfer', to: '+441632960001', text: 'One moment.', briefing: 'It is urgent.' },
  { type: 'hand-over', settings: { ...OTHER, agent: { ...OTHER.agent, id: 'agent-2', listensTo: 'fr' } }, functions: [] },
  { type: 'take-over' },
  { type: 'give-back', note: null },
]; // prettier-ignore

const settings = fc
  .record({
    pauseMs: fc.integer({ min: 100, max: 1_500 }),
    completeMs: fc.integer({ min: 0, max: 800 }),
    hesitationMs: fc.integer({ min: 200, max: 3_000 }),
    lateWordsMs: fc.integer({ min: 100, max: 4_000 }), // above patience: a recogniser of whole utterances
    overlapMs: fc.integer({ min: 100, max: 600 }),
    resumeMs: fc.integer({ min: 100, max: 2_000 }),
    speculates: fc.boolean(),
  })
  .chain((turns) =>
    fc.constantFrom('cold' as const, 'warm' as const).map((transfers) => ({
      ...someSettings(turns, { maxCallMs: 60_000 }),
      transfers,
    })),
  );
/** Half of the calls have one. */
const budget = fc.option(fc.record({ usd: fc.constant(1), transferTo: fc.constantFrom(null, '+441632960001') }), { nil: undefined, freq: 1 }); // prettier-ignore

/** Of a call that we placed; null: it was placed by somebody else. */
const onMachine = fc.constantFrom<(OnMachine | null)[]>(null, null, { then: 'carry-on' }, { then: 'hang-up' }, { then: 'leave-message', text: 'One. And two.' }); // prettier-ignore

/** What an input leaves open: which reply it speaks of (the newest, or one before it) and where in it. */
type Loose = (call: SteppedCall) => Input;
const text = fc.constantFrom(
  '',
  'yes',
  'mm-hm',
  'I would like a table',
  'and',
  'stop, please.',
  'leave a message after the tone',
);
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
  plainly(fc.constant({ type: 'tone-heard', endMs: 1 })),
  plainly(fc.constantFrom('4', '#').map((digit) => ({ type: 'digit-pressed', digit }))),
);
const reply = fc.oneof(
  ofReply(none, (epoch) => ({ type: 'model-answered', epoch })),
  ofReply(text, (epoch, said) => ({ type: 'sentence-ready', epoch, text: said })),
  ofReply(fc.record({ name: fc.constantFrom(...FUNCTIONS.map(({ name }) => name), 'unknown'), id: fc.constantFrom('1', '2'), to: fc.constantFrom('+441632960001', 'home') }), (epoch, { name, id, to }) => ({ type: 'function-called', epoch, call: { id, name, argumentsJson: JSON.stringify({ to }) } })), // prettier-ignore
  ofReply(none, (epoch) => ({ type: 'reply-thought', epoch, reason: 'stop' })),
  ofReply(none, (epoch) => ({ type: 'reply-audible', epoch })),
  ofReply(piece, (epoch, n) => ({ type: 'piece-sounded', epoch, piece: n })),
  ofReply(piece, (epoch, n) => ({ type: 'piece-heard', epoch, piece: n })),
  ofReply(none, (epoch) => ({ type: 'reply-ran-dry', epoch })),
  ofReply(none, (epoch) => ({ type: 'reply-finished', epoch, basis: 'clock' })),
  ofReply(heard, (epoch, far) => ({ type: 'reply-held', epoch, heard: far })),
  ofReply(heard, (epoch, far) => ({ type: 'reply-stopped', epoch, heard: far })),
  ofReply(fc.record({ stage: fc.constantFrom('model', 'voice'), retryable: fc.boolean(), piece }), (epoch, failure) => ({ type: 'provider-failed', provider: 'a/b', code: 'x', epoch, ...failure })), // prettier-ignore
);
const timers = ['pause', 'late-words', 'overlap', 'resume', 'obligation', 'time-limit', 'answerer', 'person'] as const;
const world = fc.oneof(
  { weight: 6, arbitrary: plainly(fc.constantFrom(...timers).map((timer) => ({ type: 'timer-due', timer }))) },
  { weight: 2, arbitrary: fc.tuple(fc.nat(), fc.boolean()).map(([nth, ok]): Loose => (call) => ({ type: 'function-returned', key: keyOf(call, nth), result: ok ? { ok, resultJson: '{}' } : { ok, failure: 'timed-out', detail: '' } })) }, // prettier-ignore
  plainly(fc.boolean().map((retryable) => ({ type: 'provider-failed', stage: 'recogniser', provider: 'a/b', code: 'x', retryable }))), // prettier-ignore
  plainly(fc.constant({ type: 'command-given', command: { type: 'hang-up' }, author: 'desk' })),
  { weight: 4, arbitrary: plainly(fc.constantFrom(...COMMANDS).map((command) => ({ type: 'command-given', command, author: 'desk' }))) }, // prettier-ignore
  plainly(fc.constantFrom('transfer', 'digits').map((asked) => ({ type: 'carrier-refused', asked }))),
  plainly(fc.constantFrom('closed', 'lost').map((end) => ({ type: 'line-closed', end }))),
  plainly(fc.constant({ type: 'recording-lost', reason: 'disk-full' })),
  plainly(fc.constantFrom('recogniser', 'model', 'voice').map((stage) => ({ type: 'provider-switched', stage, from: 'a/b', to: 'c/d', reason: 'slow' }))), // prettier-ignore
  plainly(fc.constant({ type: 'provider-used', usage: { stage: 'recogniser', provider: 'a/b', soundMs: 1_000 }, usd: 0.2 })), // prettier-ignore
  plainly(fc.constant({ type: 'call-broke' })),
  plainly(fc.nat({ max: 4_000 }).map((soundedMs) => ({ type: 'call-adopted', fromNode: 'one', toNode: 'other', soundedMs, recorded: false }))), // prettier-ignore
);

const ofPerson = (inputs: fc.Arbitrary<(leg: number) => Input>) =>
  fc.tuple(back, inputs).map(
    ([legs, make]): Loose =>
      ({ call }) =>
        make(Math.max(1, call.legs - legs)),
  );
const MISSED = ['busy', 'no-answer', 'declined', 'machine', 'failed'] as const;
const person = fc.oneof(
  { weight: 3, arbitrary: ofPerson(fc.constant((leg) => ({ type: 'person-answered', leg }))) },
  ofPerson(fc.constantFrom(...MISSED).map((why) => (leg) => ({ type: 'person-missed', leg, why }))),
  { weight: 3, arbitrary: ofPerson(fc.constant((leg) => ({ type: 'person-briefed', leg }))) },
  ofPerson(fc.constantFrom('Yes.', 'No.', 'Who?', 'Please leave a message.').map((said) => (leg) => ({ type: 'person-spoke', leg, text: said }))), // prettier-ignore
  ofPerson(fc.constantFrom('1', '2', '3').map((digit) => (leg) => ({ type: 'person-pressed', leg, digit }))),
  ofPerson(fc.constant((leg) => ({ type: 'person-left', leg }))),
);

function keyOf(call: SteppedCall, nth: number): string {
  const runs = call.done('run-function');
  return runs[nth % Math.max(1, runs.length)]?.key ?? 'none:0';
}

const moments = fc.array(
  fc.tuple(
    fc.oneof({ weight: 8, arbitrary: caller }, { weight: 12, arbitrary: reply }, { weight: 3, arbitrary: world }, { weight: 2, arbitrary: person }), // prettier-ignore
    fc.oneof(fc.constant(0), fc.nat({ max: 400 }), fc.nat({ max: 12_000 })),
  ),
  { maxLength: 80 },
);

/** All kinds of input; the compiler notices one that is missing. */
const KINDS: Record<Input['type'], true> = {
  'call-started': true, 'call-adopted': true, 'line-up': true, 'line-closed': true, 'voice-started': true, 'voice-stopped': true,
  'words-changed': true, 'words-settled': true, 'speech-ended': true, 'digit-pressed': true, 'model-answered': true,
  'sentence-ready': true, 'function-called': true, 'reply-thought': true, 'function-returned': true, 'piece-sounded': true,
  'reply-audible': true, 'piece-heard': true, 'reply-ran-dry': true, 'reply-finished': true, 'reply-held': true,
  'reply-stopped': true, 'timer-due': true, 'provider-failed': true, 'command-given': true, 'call-broke': true,
  'recording-lost': true, 'provider-switched': true, 'carrier-refused': true, 'turn-guessed': true, 'turn-resumed': true,
  'person-answered': true, 'person-missed': true, 'person-briefed': true, 'person-spoke': true, 'person-pressed': true,
  'person-left': true,
  'provider-used': true, 'tone-heard': true,
}; // prettier-ignore

const SOUNDS_OR_ACTS: ReadonlySet<string> = new Set([
  'speak', 'release', 'resume-reply', 'think', 'run-function', 'transfer', 'open-recogniser', 'set-timer', 'play',
  'call-person', 'tell-person', 'join-person',
]); // prettier-ignore

/** Said where it is needed most often; `expect` costs more than a step does. */
function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

/** What must be true after every step. */
function check(before: Call, after: Call, { input, effects }: LogEntry): void {
  const { agent, obligation, phase, epoch } = after;
  must((obligation === null) === (phase === 'closed'), 'exactly one obligation is open until the line is closed');
  must(epoch >= before.epoch, 'epochs grow');
  for (const effect of effects) {
    const { type } = effect;
    if (type === 'think' && effect.round === 0)
      must(effect.epoch <= epoch, 'a question belongs to a reply that has begun');
    if (type === 'release') must(agent.floor === 'idle' || agent.reply.released, 'a released reply may sound');
    if (type === 'run-function' && effect.changes && input.type !== 'call-adopted')
      must(agent.floor !== 'idle' && agent.reply.released, 'a guess changes nothing');
    if (before.phase === 'ending' && input.type !== 'carrier-refused' && input.type !== 'call-adopted')
      must(type !== 'speak' && type !== 'think', 'nothing is said after the end was asked for');
    if (after.desk.heldMs !== null) must(type !== 'think' && type !== 'speak', 'who is on hold hears music alone');
    if (before.phase === 'bridged')
      must(type !== 'speak' && type !== 'think' && type !== 'play', 'nobody speaks between two people');
    if (before.phase === 'closed') must(!SOUNDS_OR_ACTS.has(type), `${type} after the line was closed`);
    if (before.endedTold) must(type !== 'tell', 'nothing is told after the end');
  }
  for (const owed of owedBy(before)) {
    const told = effects.some(({ type, ...rest }) => type === 'tell' && 'event' in rest && rest.event.type === 'agent.spoke' && rest.event.epoch === owed); // prettier-ignore
    const isOver = input.type === 'call-broke' || input.type === 'call-adopted' || ((input.type === 'reply-stopped' || input.type === 'reply-finished') && input.epoch === owed); // prettier-ignore
    must(told || isOver || owedBy(after).includes(owed), `what was heard of reply ${owed} is forgotten`);
  }
}

/** Replies that the caller has heard something of, and nobody has told of yet. */
const owedBy = ({ agent, stopping }: Call): number[] => [
  ...stopping.filter(isHeard).map(({ epoch }) => epoch),
  ...(agent.floor !== 'idle' && isHeard(agent.reply) ? [agent.reply.epoch] : []),
];

/** Sound without a sentence is none: the inputs of this spec know no better. */
const isHeard = ({ audibleMs, pieces, kind }: Reply): boolean =>
  audibleMs !== null && pieces.length > 0 && kind !== 'sound';

/** What must be true of the whole. */
function checkWhole(call: SteppedCall): void {
  must(call.told('call.ended').length === (call.call.endedTold ? 1 : 0), 'the end is told once');
  must(
    recordOf(call.log).endReason === (call.call.endedTold ? call.call.endReason : null),
    'the record ends as the call did',
  );
  const legs = (type: 'call-person' | 'drop-person') => call.done(type).map(({ leg }) => leg);
  const [called, dropped] = [legs('call-person'), legs('drop-person')];
  const { person } = call.call;
  must(`${dropped}` === `${called.filter((leg) => leg !== person?.leg)}`, 'each person who is called is let go, once');
  must(!person || call.call.phase === 'talking' || call.call.phase === 'bridged', 'nobody is kept by a call that ends');
  const times = (type: 'function.called' | 'function.returned') =>
    call.told(type).reduce((all, { key }) => all.set(key, (all.get(key) ?? 0) + 1), new Map<string, number>());
  const runs = times('function.called');
  for (const [key, returned] of times('function.returned'))
    must(returned <= (runs.get(key) ?? 0), `${key} has returned more often than it was called`);
  const spoken = call.told('agent.spoke').map(({ epoch }) => epoch);
  must(new Set(spoken).size === spoken.length, 'a reply is told once');
  must(replay(call.log).divergence === null, 'a replay is the same, byte for byte');
}

const circumstances = fc.record({ chosen: settings, spends: budget, ducks: fc.boolean(), machine: onMachine });

it('holds in whatever order things happen', () => {
  const seen = new Set<string>();
  fc.assert(
    fc.property(circumstances, moments, ({ chosen, spends, ducks, machine }, told) => {
      const given = { ...chosen, budget: spends };
      const placed = machine && ({ settings: { ...given, onMachine: machine }, direction: 'outbound' } as const);
      const call = new SteppedCall({ ...(placed ?? { settings: given }), functions: FUNCTIONS, ducks });
      call.give({ type: 'line-up' });
      for (const [loose, afterMs] of told) {
        const before = call.call;
        call.give(loose(call), afterMs);
        const entry = call.log.at(-1);
        if (entry) check(before, call.call, entry);
      }
      checkWhole(call);
      for (const { input } of call.log) seen.add(input.type);
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.keys(KINDS).filter((type) => !seen.has(type))).toEqual([]);
});
