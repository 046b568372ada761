import type { Call, Obligation, Reply } from './call.js';
import { EMPTY_DESK } from './desk/desk.js';
import { letPersonGo } from './desk/person.js';
import { personDue, takeOfPerson } from './desk/person-inputs.js';
import { goOnWaiting, sayWaiting, soundIsOver } from './desk/floor.js';
import { obey } from './desk/obey.js';
import { Draft } from './draft.js';
import type { Effect } from './log/effect.js';
import type { Stamped } from './log/entry.js';
import type { HeardSoFar, Input, TimerName } from './log/input.js';
import { takeThought } from './thinking/answer.js';
import { callFunction, takeResult } from './thinking/functions.js';
import { addPiece, commitReply, commitWords, say } from './thinking/reply.js';
import { openingOf } from './thinking/opening.js';
import { digitPressed, guess, lateWordsDue, pauseDue, speechEnded, turnResumed, voiceStarted, voiceStopped, wordsChanged, wordsSettled } from './turns/caller.js'; // prettier-ignore
import { adoptCall } from './turns/adoption.js';
import { breakCall, carrierRefused, closeCall, goOnAfterwards, sayTimeIsUp, tellEnd, timeLimitDue, turnAway } from './turns/ending.js'; // prettier-ignore
import { budgetOf, spend } from './turns/budget.js';
import { answererDue, hearAnswerer, screenAnswer, toneHeard } from './turns/answerer.js';
import { obligationOf } from './turns/obligation.js';
import { overlapDue, resumeHeld } from './turns/overlap.js';
import { obligationDue, providerFailed } from './turns/recovery.js';

export interface Step {
  call: Call;
  effects: readonly Effect[];
}

/**
 * The whole of a conversation's decisions: no clock, no I/O, no randomness, no memory but `call`.
 *
 * @param call null before the first input, which is `call-started`
 */
export function step(call: Call | null, { atMs, input }: Stamped): Step {
  if (input.type === 'call-started') return start(input, atMs);
  if (!call) throw new Error(`a call begins with call-started, not with ${input.type}`);
  const draft = new Draft(call, atMs);
  if (call.phase !== 'closed' || COMES_AFTER_THE_END.has(input.type)) take(draft, input);
  if (draft.call.answerer) hearAnswerer(draft, input);
  letPersonGo(draft);
  watch(draft);
  return { call: draft.call, effects: draft.effects };
}

/** What was under way when the line went, and still belongs to the record. */
const COMES_AFTER_THE_END: ReadonlySet<Input['type']> = new Set([
  'reply-stopped',
  'reply-finished',
  'function-returned',
  'call-broke',
  'provider-used',
]);

function start(input: Input & { type: 'call-started' }, atMs: number): Step {
  const { settings, functions, direction, startedAt, ducks, turnedAway = null } = input;
  const call: Call = {
    phase: 'opening',
    settings,
    functions,
    direction,
    startedAt,
    ducks,
    turnedAway,
    caller: { floor: 'quiet', sinceMs: atMs },
    words: null,
    owed: '',
    agent: { floor: 'idle', sinceMs: atMs },
    stopping: [],
    underway: [],
    turn: 0,
    epoch: 0,
    messages: [],
    asked: '',
    endReason: turnedAway?.reason ?? null,
    endedTold: false,
    leaving: false,
    obligation: null,
    silencePrompts: 0,
    troubles: 0,
    recogniserFailures: 0,
    lostTurns: 0,
    timeIsUp: false,
    hangUpTries: 0,
    desk: EMPTY_DESK,
    person: null,
    legs: 0,
    budget: budgetOf(settings),
    answerer: null,
  };
  const draft = new Draft(call, atMs);
  draft.tell({ type: 'call.started', agentId: settings.agent.id, agentVersion: settings.agent.version, direction });
  watch(draft);
  return { call: draft.call, effects: draft.effects };
}

/** Keeps the one timer of the one obligation at whoever must act next. */
function watch(draft: Draft): void {
  const before = draft.call.obligation;
  const now = obligationOf(draft.call);
  if (isSame(before, now)) return;
  draft.put({ obligation: now });
  if (now) draft.setTimer('obligation', now.dueMs);
}

const isSame = (a: Obligation | null, b: Obligation | null) =>
  a === b || (a?.step === b?.step && a?.dueMs === b?.dueMs && a?.owner === b?.owner);

/** What comes from the caller: of one who is turned away, or speaks with a person, it means nothing. */
const OF_THE_CALLER = [
  'voice-started',
  'voice-stopped',
  'words-changed',
  'words-settled',
  'speech-ended',
  'turn-guessed',
  'turn-resumed',
  'digit-pressed',
  'tone-heard',
] as const;
type OfCaller = Extract<Input, { type: (typeof OF_THE_CALLER)[number] }>;
const TYPES_OF_THE_CALLER: ReadonlySet<Input['type']> = new Set(OF_THE_CALLER);
const isOfCaller = (input: Input): input is OfCaller => TYPES_OF_THE_CALLER.has(input.type);

function take(draft: Draft, input: Exclude<Input, { type: 'call-started' }>): void {
  const { turnedAway, phase } = draft.call;
  if (isOfCaller(input)) return turnedAway || phase === 'bridged' ? undefined : takeOfCaller(draft, input);
  if ('leg' in input) return takeOfPerson(draft, input);
  switch (input.type) {
    case 'line-up':
      return greet(draft);
    case 'call-adopted':
      return adoptCall(draft, input);
    case 'line-closed':
      return closeCall(draft, input.end);
    case 'function-returned':
      return takeResult(draft, input.key, input.result);
    case 'timer-due':
      return timerDue(draft, input.timer);
    case 'provider-failed':
      return providerFailed(draft, input);
    case 'provider-switched': {
      const { stage, from, to, reason } = input;
      return draft.tell({ type: 'provider.switched', stage, from, to, reason });
    }
    case 'provider-used':
      return spend(draft, input.usd ?? 0);
    case 'recording-lost':
      return draft.tell({ type: 'recording.ended', reason: input.reason });
    case 'command-given':
      return obey(draft, input.command, input);
    case 'carrier-refused':
      return carrierRefused(draft, input.asked);
    case 'call-broke':
      return breakCall(draft);
    default:
      return takeOfReply(draft, input);
  }
}

function takeOfCaller(draft: Draft, input: OfCaller): void {
  switch (input.type) {
    case 'voice-started':
      return voiceStarted(draft, input.onsetMs);
    case 'voice-stopped':
      return voiceStopped(draft, input.endMs);
    case 'words-changed':
      return wordsChanged(draft, input.text);
    case 'words-settled':
      return wordsSettled(draft, input.text, input.confidence);
    case 'speech-ended':
      return speechEnded(draft);
    case 'turn-guessed':
      return guess(draft, true);
    case 'turn-resumed':
      return turnResumed(draft);
    case 'digit-pressed':
      return digitPressed(draft, input.digit);
    case 'tone-heard':
      return toneHeard(draft);
  }
}

type OfReply = Extract<Input, { epoch: number }>;

/** What a reply tells of itself; from an older one than the one that has the floor it is late and means nothing. */
function takeOfReply(draft: Draft, input: Exclude<OfReply, { type: 'provider-failed' }>): void {
  if (input.type === 'reply-stopped') return wasStopped(draft, input.epoch, input.heard);
  const stopped = draft.call.stopping.find(({ epoch }) => epoch === input.epoch);
  if (input.type === 'reply-finished' && stopped) {
    const wholePieces = stopped.pieces.length; // it was over before it could be stopped
    return wasStopped(draft, input.epoch, { wholePieces, partText: '', basis: input.basis });
  }
  const reply = draft.replyOf(input.epoch);
  if (!reply) return;
  switch (input.type) {
    case 'sentence-ready':
      draft.putReply({ owedMs: draft.atMs });
      return addPiece(draft, input.text);
    case 'function-called':
      return callFunction(draft, input.call);
    case 'reply-thought':
      return takeThought(draft, input);
    case 'reply-audible':
      startRecording(draft, reply);
      draft.putReply({ audibleMs: reply.audibleMs ?? draft.atMs, sounding: true });
      return commitWords(draft);
    case 'piece-heard':
      draft.putReply({ heardPieces: input.piece + 1 });
      return draft.put({ asked: reply.pieces[input.piece]?.text || draft.call.asked });
    case 'reply-ran-dry':
      return ranDry(draft, reply);
    case 'piece-sounded':
      return draft.putReply({ soundedPieces: Math.max(reply.soundedPieces, input.piece + 1) });
    case 'reply-finished':
      return wasFinished(draft, input);
    default: // model-answered, reply-held: only their time is of interest
      return draft.putReply({});
  }
}

/** Nothing is kept of a caller who was not told so: the announcement stands at the beginning of the greeting. */
function startRecording(draft: Draft, { kind, audibleMs }: Reply): void {
  if (kind !== 'greeting' || audibleMs !== null || !draft.call.settings.recording?.enabled) return;
  draft.do({ type: 'start-recording' });
  draft.tell({ type: 'recording.started' });
}

function ranDry(draft: Draft, { pieces, heardPieces, owedMs }: Reply): void {
  const isPaid = !pieces[heardPieces - 1]?.filler;
  draft.putReply({ sounding: false, quietMs: draft.atMs, owedMs: isPaid ? draft.atMs : owedMs });
}

function wasFinished(draft: Draft, { basis }: Input & { type: 'reply-finished' }): void {
  const { reply } = draft;
  if (!reply) return;
  commitWords(draft);
  commitReply(draft, reply, { wholePieces: reply.pieces.length, partText: '', basis }, false);
  draft.cancelTimer('overlap');
  draft.put({
    agent: { floor: 'idle', sinceMs: draft.atMs },
    troubles: reply.kind === 'answer' ? 0 : draft.call.troubles,
  });
  if (reply.afterwards) return goOnAfterwards(draft, reply.afterwards);
  if (draft.call.timeIsUp) return sayTimeIsUp(draft);
  if (reply.kind === 'sound') return soundIsOver(draft);
  if (draft.call.desk.goesOn) return goOnWaiting(draft);
  sayWaiting(draft);
}

function wasStopped(draft: Draft, epoch: number, heard: HeardSoFar): void {
  const stopped = draft.call.stopping.find((reply) => reply.epoch === epoch);
  if (!stopped) return;
  draft.put({ stopping: draft.call.stopping.filter((reply) => reply !== stopped) });
  commitReply(draft, stopped, heard, true);
  tellEnd(draft);
  goOnWaiting(draft);
}

/** The agent speaks first, and says that it is an AI. */
function greet(draft: Draft): void {
  const { settings, phase, turnedAway } = draft.call;
  if (phase !== 'opening') return;
  draft.put({ phase: 'talking', caller: { floor: 'quiet', sinceMs: draft.atMs } });
  if (turnedAway) return turnAway(draft, turnedAway);
  draft.do({ type: 'open-recogniser', afterMs: 0 });
  draft.setTimer('time-limit', draft.atMs + settings.limits.maxCallMs);
  say(draft, 'greeting', openingOf(settings));
  screenAnswer(draft);
}

function timerDue(draft: Draft, timer: TimerName): void {
  switch (timer) {
    case 'pause':
      return pauseDue(draft);
    case 'late-words':
      return lateWordsDue(draft);
    case 'overlap':
      return overlapDue(draft);
    case 'resume':
      return draft.call.caller.floor === 'speaking' ? undefined : resumeHeld(draft);
    case 'obligation':
      return obligationDue(draft);
    case 'time-limit':
      return timeLimitDue(draft);
    case 'person':
      return personDue(draft);
    case 'answerer':
      return answererDue(draft);
  }
}
