import type { Call, Obligation } from './call.js';
import { Draft } from './draft.js';
import type { Effect } from './log/effect.js';
import type { Stamped } from './log/entry.js';
import type { CallCommand, HeardSoFar, Input, TimerName } from './log/input.js';
import { takeThought } from './thinking/answer.js';
import { callFunction, takeResult } from './thinking/functions.js';
import { addPiece, commitReply, commitWords, say } from './thinking/reply.js';
import { cutIntoSentences } from './thinking/sentences.js';
import { digitPressed, guess, lateWordsDue, pauseDue, speechEnded, turnResumed, voiceStarted, voiceStopped, wordsChanged, wordsSettled } from './turns/caller.js'; // prettier-ignore
import { closeCall, endNow, goOnAfterwards, sayTimeIsUp, tellEnd, timeLimitDue } from './turns/ending.js';
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
  watch(draft);
  return { call: draft.call, effects: draft.effects };
}

/** What was under way when the line went, and still belongs to the record. */
const COMES_AFTER_THE_END: ReadonlySet<Input['type']> = new Set([
  'reply-stopped',
  'reply-finished',
  'function-returned',
]);

function start(input: Input & { type: 'call-started' }, atMs: number): Step {
  const { settings, functions, direction, startedAt, ducks } = input;
  const call: Call = {
    phase: 'opening',
    settings,
    functions,
    direction,
    startedAt,
    ducks,
    caller: { floor: 'quiet', sinceMs: atMs },
    words: null,
    owed: '',
    agent: { floor: 'idle', sinceMs: atMs },
    stopping: null,
    turn: 0,
    epoch: 0,
    messages: [],
    asked: '',
    endReason: null,
    endedTold: false,
    obligation: null,
    silencePrompts: 0,
    troubles: 0,
    recogniserFailures: 0,
    timeIsUp: false,
    hangUpTries: 0,
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

function take(draft: Draft, input: Exclude<Input, { type: 'call-started' }>): void {
  switch (input.type) {
    case 'line-up':
      return greet(draft);
    case 'line-closed':
      return closeCall(draft, input.end);
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
    case 'function-returned':
      return takeResult(draft, input.key, input.result);
    case 'timer-due':
      return timerDue(draft, input.timer);
    case 'provider-failed':
      return providerFailed(draft, input);
    case 'command-given':
      return obey(draft, input.command);
    default:
      return takeOfReply(draft, input);
  }
}

type OfReply = Extract<Input, { epoch: number }>;

/** What a reply tells of itself; from an older one than the one that has the floor it is late and means nothing. */
function takeOfReply(draft: Draft, input: Exclude<OfReply, { type: 'provider-failed' }>): void {
  if (input.type === 'reply-stopped') return wasStopped(draft, input.epoch, input.heard);
  if (input.type === 'reply-finished' && draft.call.stopping?.epoch === input.epoch) {
    const wholePieces = draft.call.stopping.pieces.length; // it was over before it could be stopped
    return wasStopped(draft, input.epoch, { wholePieces, partText: '', basis: input.basis });
  }
  const reply = draft.replyOf(input.epoch);
  if (!reply) return;
  switch (input.type) {
    case 'sentence-ready':
      draft.putReply({ fillers: 0 });
      return addPiece(draft, input.text);
    case 'function-called':
      return callFunction(draft, input.call);
    case 'reply-thought':
      return takeThought(draft, input);
    case 'reply-audible':
      draft.putReply({ audibleMs: reply.audibleMs ?? draft.atMs, sounding: true });
      return commitWords(draft);
    case 'piece-heard':
      draft.putReply({ heardPieces: input.piece + 1 });
      return draft.put({ asked: reply.pieces[input.piece]?.text ?? draft.call.asked });
    case 'reply-ran-dry':
      return draft.putReply({ sounding: false });
    case 'reply-finished':
      return wasFinished(draft, input);
    default: // model-answered, piece-sounded, reply-held: only their time is of interest
      return draft.putReply({});
  }
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
  if (draft.call.timeIsUp) sayTimeIsUp(draft);
}

function wasStopped(draft: Draft, epoch: number, heard: HeardSoFar): void {
  const { stopping } = draft.call;
  if (stopping?.epoch !== epoch) return;
  draft.put({ stopping: null });
  commitReply(draft, stopping, heard, true);
  tellEnd(draft);
}

/** The agent speaks first, and says that it is an AI. */
function greet(draft: Draft): void {
  const { settings, phase } = draft.call;
  if (phase !== 'opening') return;
  draft.put({ phase: 'talking', caller: { floor: 'quiet', sinceMs: draft.atMs } });
  draft.do({ type: 'open-recogniser', afterMs: 0 });
  draft.setTimer('time-limit', draft.atMs + settings.limits.maxCallMs);
  say(draft, 'greeting', cutIntoSentences(settings.greeting, settings.agent.language));
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
  }
}

function obey(draft: Draft, command: CallCommand): void {
  if (command.type === 'hang-up') endNow(draft, 'operator-hung-up');
}
