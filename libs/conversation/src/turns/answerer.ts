import type { Answerer } from '../call.js';
import type { Draft } from '../draft.js';
import type { Input } from '../log/input.js';
import { breakOff, say } from '../thinking/reply.js';
import { cutIntoSentences } from '../thinking/sentences.js';
import { type AnswerVerdict, judgeAgain, judgeAnswer, SCREENED_MS } from './answering-machine.js';
import { endNow } from './ending.js';

/** A breath: voice that sets in again within it goes on with the same utterance. Milliseconds. */
const BREATH_MS = 700;
/** The tone follows the greeting; where none comes, a recording that is quiet for so long is taken to listen. */
const NO_TONE_MS = 3_500;
/** Begins to listen for a machine, beside everything else: a person notices nothing of it. */
export function screenAnswer(draft: Draft): void {
  const { settings, direction } = draft.call;
  if (direction !== 'outbound' || !settings.onMachine) return;
  draft.put({ answerer: { state: 'unknown', upMs: draft.atMs, settled: '', changing: '', first: null, inFirst: true, quietSinceMs: null, toneMs: null } }); // prettier-ignore
  draft.do({ type: 'listen-for-tone', on: true });
  consider(draft);
}

/** What an input tells of whoever answered; it has had its other effects already. */
export function hearAnswerer(draft: Draft, input: Input): void {
  const { answerer } = draft.call;
  if (!answerer) return;
  switch (input.type) {
    case 'voice-started':
      put(draft, voiceOf(answerer, input.onsetMs));
      return consider(draft);
    case 'voice-stopped':
      put(draft, pauseOf(answerer, input.endMs));
      return consider(draft);
    case 'words-changed':
      put(draft, { changing: input.text });
      return consider(draft);
    case 'words-settled':
      put(draft, { settled: `${answerer.settled} ${input.text}`.trim(), changing: '' });
      return consider(draft);
    default:
  }
}

function voiceOf({ first, quietSinceMs }: Answerer, onsetMs: number): Partial<Answerer> {
  const goesOn = first === null || (quietSinceMs === first.endMs && onsetMs - quietSinceMs < BREATH_MS);
  return { first: first ?? { startMs: onsetMs, endMs: onsetMs }, quietSinceMs: null, inFirst: goesOn };
}

const pauseOf = ({ first, inFirst }: Answerer, endMs: number): Partial<Answerer> => ({
  quietSinceMs: endMs,
  first: first && inFirst ? { ...first, endMs } : first,
});

/** A message that was begun without a tone is begun anew: before the tone nothing was recorded. */
export function toneHeard(draft: Draft): void {
  const { answerer, phase } = draft.call;
  if (!answerer || phase !== 'talking') return;
  draft.tell({ type: 'tone.heard' });
  put(draft, { toneMs: draft.atMs });
  if (answerer.state === 'waits-for-tone' || answerer.state === 'told-untimely') return leaveMessage(draft, 'told');
  consider(draft);
}

/** Time alone may tell: of who it is, and of a tone that does not come. */
export function answererDue(draft: Draft): void {
  const { answerer, phase } = draft.call;
  if (phase === 'talking' && answerer?.state === 'waits-for-tone') return leaveMessage(draft, 'told-untimely');
  consider(draft);
}

function consider(draft: Draft): void {
  const { answerer, settings, phase } = draft.call;
  if (!answerer || phase !== 'talking') return;
  if (answerer.state === 'waits-for-tone') return waitForTone(draft, answerer);
  if (answerer.state !== 'unknown' && answerer.state !== 'person') return;
  const { upMs, first, quietSinceMs, toneMs } = answerer;
  const heard = { upMs, first, quietSinceMs, tone: toneMs !== null, text: `${answerer.settled} ${answerer.changing}` };
  const language = settings.agent.listensTo;
  if (answerer.state === 'person') return considerAgain(draft, upMs, judgeAgain(heard, language));
  const verdict = judgeAnswer(heard, { nowMs: draft.atMs, language });
  if ('againMs' in verdict) return draft.setTimer('answerer', verdict.againMs);
  decide(draft, verdict);
}

/** Who paused like a person may be a recording all the same. */
function considerAgain(draft: Draft, upMs: number, verdict: AnswerVerdict | undefined): void {
  if (draft.atMs - upMs >= SCREENED_MS) return stopListening(draft);
  if (verdict) decide(draft, verdict);
}

function decide(draft: Draft, { by, why }: AnswerVerdict): void {
  const { settings, answerer } = draft.call;
  draft.tell({ type: 'answer.judged', by, why, afterMs: Math.round(draft.atMs - (answerer?.upMs ?? 0)) });
  draft.cancelTimer('answerer');
  const then = settings.onMachine?.then ?? 'carry-on';
  if (by === 'person' || by === 'unknown') return believe(draft);
  if (then === 'carry-on') return stopListening(draft);
  if (then === 'hang-up' || by === 'ivr') return hangUpOn(draft);
  breakOff(draft);
  put(draft, { state: 'waits-for-tone' });
  const { answerer: now } = draft.call;
  if (now) waitForTone(draft, now);
}

/** For now: for a while, words and tones may still speak against it. */
function believe(draft: Draft): void {
  put(draft, { state: 'person' });
  draft.setTimer('answerer', (draft.call.answerer?.upMs ?? 0) + SCREENED_MS);
}

/** The tone may have been what told the machine. */
function waitForTone(draft: Draft, { toneMs, quietSinceMs }: Answerer): void {
  if (toneMs !== null && quietSinceMs !== null) return leaveMessage(draft, 'told');
  if (quietSinceMs === null) return draft.cancelTimer('answerer');
  draft.setTimer('answerer', quietSinceMs + NO_TONE_MS);
}

function leaveMessage(draft: Draft, state: 'told' | 'told-untimely'): void {
  const { settings } = draft.call;
  if (settings.onMachine?.then !== 'leave-message') return;
  breakOff(draft);
  put(draft, { state });
  if (state === 'told') draft.do({ type: 'listen-for-tone', on: false });
  const sentences = cutIntoSentences(settings.onMachine.text, settings.agent.language);
  say(draft, 'message', sentences, { type: 'end', reason: 'voicemail' });
}

/** Nobody hears it who could answer. */
function hangUpOn(draft: Draft): void {
  put(draft, { state: 'left' });
  endNow(draft, 'voicemail');
}

/** The machine spoke for longer than greetings are. */
export const giveUpMachine = (draft: Draft): void => endNow(draft, 'voicemail');

function stopListening(draft: Draft): void {
  draft.put({ answerer: null });
  draft.cancelTimer('answerer');
  draft.do({ type: 'listen-for-tone', on: false });
}

function put(draft: Draft, fields: Partial<Answerer>): void {
  const { answerer } = draft.call;
  if (answerer) draft.put({ answerer: { ...answerer, ...fields } });
}
