import type { CallerFloor, Words } from '../call.js';
import type { Draft } from '../draft.js';
import { agentAnswers, hearsCaller } from '../desk/desk.js';
import { sayWaiting } from '../desk/floor.js';
import { noteWords } from '../desk/hold.js';
import { askWith, beginAnswer, endUnasked, releaseReply } from '../thinking/answer.js';
import { stopReply } from '../thinking/reply.js';
import { isClosing, mayGuess } from './budget.js';
import { pauseAfter } from './end-of-turn.js';
import { sayTimeIsUp } from './ending.js';
import { plain } from './languages.js';
import { speechLost } from './lost-speech.js';
import { carryOn, considerWords, hush, openOverlap, resumeHeld, yieldToKey } from './overlap.js';

/** A guess costs a request; a caller who keeps going on gets no more than these in one turn. */
const MOST_GUESSES = 3;
/** Voice that lasted so long without a word was speech that got lost, not a noise. Milliseconds. */
const LOST_SPEECH_MS = 900;

export function voiceStarted(draft: Draft, onsetMs: number): void {
  draft.cancelTimer('pause');
  draft.cancelTimer('late-words');
  draft.put({ caller: { floor: 'speaking', onsetMs }, words: draft.call.words ?? noWords(onsetMs), silencePrompts: 0 });
  const { reply } = draft;
  if (!reply?.released || draft.call.agent.floor === 'held') return draft.cancelTimer('resume');
  if (reply.audibleMs === null) hush(draft, onsetMs);
  else openOverlap(draft, onsetMs);
}

export function voiceStopped(draft: Draft, endMs: number): void {
  const { words, agent, settings } = draft.call;
  if (draft.call.caller.floor !== 'speaking') return;
  draft.put({
    caller: { floor: 'pausing', endMs, settled: false, endpoint: false, key: null },
    words: words && { ...words, endMs },
  });
  if (agent.floor === 'replying' && agent.overlap)
    draft.put({ agent: { ...agent, overlap: { ...agent.overlap, voiced: false } } });
  if (agent.floor === 'held') draft.setTimer('resume', endMs + settings.turns.resumeMs);
  draft.do({ type: 'ask-for-words' });
  draft.setTimer('late-words', endMs + settings.turns.lateWordsMs);
  judgePause(draft);
  guess(draft);
}

export function wordsChanged(draft: Draft, text: string): void {
  noteHeard(draft, text);
  if ((text.trim() === '' && !draft.call.words) || isLike(draft, text)) return;
  const words = draft.call.words ?? noWords(draft.atMs);
  draft.put({ words: { ...words, changing: text.trim() } });
  withoutVoice(draft);
  considerWords(draft, 'changed');
  judgePause(draft);
}

export function wordsSettled(draft: Draft, text: string, confidence: number): void {
  noteHeard(draft, text);
  if (isAnswered(draft, text)) return;
  const { words, caller } = draft.call;
  if (text.trim() !== '' || words) {
    const before = words ?? noWords(draft.atMs);
    const settled = `${before.settled} ${text.trim()}`.trim();
    const surest = text.trim() === '' ? before.confidence : Math.min(before.confidence, confidence);
    draft.put({ words: { ...before, settled, changing: '', confidence: surest } });
  }
  if (caller.floor === 'pausing') draft.put({ caller: { ...caller, settled: true } });
  if (text.trim() !== '') withoutVoice(draft);
  considerWords(draft, 'settled');
  judgePause(draft);
  guess(draft);
}

export function speechEnded(draft: Draft): void {
  const { caller } = draft.call;
  if (caller.floor !== 'pausing') return;
  draft.put({ caller: { ...caller, endpoint: true } });
  judgePause(draft);
}

/** The caller goes on: what was begun because they seemed to be done is dropped. */
export function turnResumed(draft: Draft): void {
  const { caller } = draft.call;
  if (caller.floor === 'pausing') draft.put({ caller: { ...caller, endpoint: false } });
  if (draft.reply && !draft.reply.released) stopReply(draft);
  judgePause(draft);
}

/** A key is a word that nobody can mishear: it takes the floor at once. Who speaks meanwhile goes on speaking. */
export function digitPressed(draft: Draft, digit: string): void {
  draft.tell({ type: 'digit.pressed', digit });
  if (!hearsCaller(draft.call)) return;
  yieldToKey(draft);
  const words = draft.call.words ?? noWords(draft.atMs);
  draft.put({
    words: { ...words, settled: `${words.settled} ${digit}`.trim(), endMs: draft.atMs },
    silencePrompts: 0,
  });
  const { caller } = draft.call;
  if (caller.floor === 'speaking') return;
  const settled = caller.floor === 'quiet' || caller.settled; // else the recogniser still owes words
  draft.put({ caller: { floor: 'pausing', endMs: draft.atMs, settled, endpoint: false, key: digit } });
  judgePause(draft);
}

/** The caller has been quiet for long enough; the turn is over unless the recogniser still owes words. */
export function pauseDue(draft: Draft): void {
  const { caller, words } = draft.call;
  if (caller.floor !== 'pausing') return;
  if (!caller.settled || (words?.changing ?? '') !== '') return; // `late-words` is the end of waiting
  endTurn(draft);
}

/** The recogniser has had its time: what it has guessed so far counts as said, and the pause alone decides. */
export function lateWordsDue(draft: Draft): void {
  const { caller, words } = draft.call;
  if (caller.floor !== 'pausing') return;
  if (!words || textOf(words) === '') return endTurn(draft, !caller.settled);
  draft.put({
    caller: { ...caller, settled: true },
    words: { ...words, settled: textOf(words), changing: '' },
    owed: words.changing || draft.call.owed,
  });
  considerWords(draft, 'settled');
  judgePause(draft);
}

/** The caller's turn is over, with the words that there are. `mute`: the recogniser was asked for them, and said nothing at all. */
export function endTurn(draft: Draft, mute = false): void {
  const { caller, agent, words, phase } = draft.call;
  if (caller.floor === 'quiet' || phase === 'ending') return;
  draft.cancelTimer('pause');
  draft.cancelTimer('late-words');
  draft.put({ caller: { floor: 'quiet', sinceMs: caller.floor === 'pausing' ? caller.endMs : draft.atMs } });
  if (agent.floor === 'held') return resumeHeld(draft);
  const isUnasked = draft.reply?.unasked === true;
  if (agent.floor === 'replying' && agent.reply.released && !isUnasked && !giveWay(draft))
    return carryOn(draft, 'quiet');
  if (!words || plain(textOf(words)) === '') return nothingSaid(draft, words, mute);
  if (!agentAnswers(draft.call) || draft.call.desk.toSay.length > 0) return leaveToDesk(draft, words);
  if ((!draft.reply || isUnasked) && isClosing(draft.call)) return answerByClosing(draft, words);
  draft.put({ words: null, owed: words.changing || draft.call.owed, silencePrompts: 0 });
  if (isUnasked) return askWith(draft, words);
  if (draft.reply) return releaseReply(draft, true);
  beginAnswer(draft, words, true);
}

/** A sound that was asked for ends where an answer is due. */
function giveWay(draft: Draft): boolean {
  if (draft.reply?.kind !== 'sound' || !hearsCaller(draft.call)) return false;
  stopReply(draft);
  return true;
}

/** It is the caller's last turn. */
function answerByClosing(draft: Draft, words: Words): void {
  noteWords(draft, words);
  sayTimeIsUp(draft);
}

/** An operator answers, or nobody. */
function leaveToDesk(draft: Draft, words: Words): void {
  stopReply(draft);
  noteWords(draft, words);
  sayWaiting(draft);
}

function nothingSaid(draft: Draft, words: Words | null, mute: boolean): void {
  draft.put({ words: null });
  if (draft.reply && !draft.reply.released) stopReply(draft);
  if (draft.call.desk.toSay.length > 0) return sayWaiting(draft);
  if (!agentAnswers(draft.call)) return;
  const isLost = words !== null && words.endMs - words.startMs >= LOST_SPEECH_MS;
  const { reply } = draft;
  if (reply?.unasked && (reply.instead || !isLost)) return endUnasked(draft);
  if (!isLost) return;
  if (reply?.unasked) stopReply(draft); // what was said last goes before what is said of that
  speechLost(draft, mute);
}

function noteHeard(draft: Draft, text: string): void {
  if (text.trim() !== '' && draft.call.lostTurns > 0) draft.put({ lostTurns: 0 });
}

/**
 * Begins to answer what is there, in case the caller is done. Words that are not settled yet will do: when others are
 * settled, the guess is withdrawn.
 *
 * @param toldSo the recogniser holds the turn for nearly over; it need not wait for the pause, nor look finished
 */
export function guess(draft: Draft, toldSo = false): void {
  const { caller, words, agent, settings, phase, stopping } = draft.call;
  if (!agentAnswers(draft.call)) return;
  if (
    !settings.turns.speculates ||
    !mayGuess(draft.call) ||
    agent.floor !== 'idle' ||
    phase !== 'talking' ||
    stopping.length > 0
  )
    return;
  if (caller.floor === 'quiet' || !words || plain(textOf(words)) === '' || words.guesses >= MOST_GUESSES) return;
  if (!toldSo && !seemsDone(draft, words)) return;
  draft.put({ words: { ...words, guesses: words.guesses + 1 } });
  beginAnswer(draft, words, false);
}

function seemsDone(draft: Draft, words: Words): boolean {
  const { caller, settings } = draft.call;
  return caller.floor === 'pausing' && pauseOf(draft, words, caller) < settings.turns.hesitationMs;
}

function judgePause(draft: Draft): void {
  const { caller, words } = draft.call;
  if (caller.floor !== 'pausing' || !words) return;
  draft.setTimer('pause', caller.endMs + pauseOf(draft, words, caller));
}

function pauseOf(draft: Draft, words: Words, { endpoint, key }: CallerFloor & { floor: 'pausing' }): number {
  const { settings, asked } = draft.call;
  const language = settings.agent.listensTo;
  return pauseAfter({ words: textOf(words), language, endpoint, key, asked }, settings.turns);
}

/** Words came although no voice was noticed: a quiet caller, or a recogniser with better ears. */
function withoutVoice(draft: Draft): void {
  if (draft.call.caller.floor !== 'quiet') return;
  draft.put({ caller: { floor: 'pausing', endMs: draft.atMs, settled: true, endpoint: false, key: null } });
  draft.setTimer('late-words', draft.atMs + draft.call.settings.turns.lateWordsMs);
}

/**
 * Words that were taken from a guess of the recogniser, and are settled late: answered, they are no new turn; in a turn
 * that still goes on, they take the place of the guess.
 */
function isAnswered(draft: Draft, text: string): boolean {
  const { owed, words } = draft.call;
  const like = isLike(draft, text);
  draft.put({ owed: '' });
  if (!like || !words?.settled.endsWith(owed)) return like;
  draft.put({ words: { ...words, settled: words.settled.slice(0, -owed.length).trim() } });
  return false;
}

/** Most of what is told is owed, or, while the turn goes on, most of what is owed is told. */
function isLike({ call: { owed, words } }: Draft, text: string): boolean {
  if (owed === '') return false;
  const guessed = plain(owed).split(' ');
  const told = plain(text).split(' ');
  const again = told.filter((word) => guessed.includes(word)).length;
  return again * 2 >= (words?.settled.endsWith(owed) ? guessed.length : told.length);
}

const textOf = (words: Words): string => `${words.settled} ${words.changing}`.trim();

const noWords = (atMs: number): Words => ({
  settled: '',
  changing: '',
  confidence: 1,
  startMs: atMs,
  endMs: atMs,
  guesses: 0,
});
