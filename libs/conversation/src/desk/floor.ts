import type { Draft } from '../draft.js';
import { goOn } from '../thinking/answer.js';
import { breakOff, say } from '../thinking/reply.js';
import { cutIntoSentences } from '../thinking/sentences.js';
import { agentAnswers, hearsCaller, isHeld, isUnanswered, LONGEST_MUSIC_MS, maySpeak, putDesk } from './desk.js';
import { closeWhenSpent } from '../turns/budget.js';
import { playSound } from './sound.js';

/** Says what waits to be said, if anything does and it may sound. */
export function sayWaiting(draft: Draft): void {
  const { desk, caller, settings, phase } = draft.call;
  if (desk.toSay.length === 0 || phase !== 'talking' || caller.floor !== 'quiet' || !maySpeak(draft.call)) return;
  putDesk(draft, { toSay: [] });
  breakOff(draft);
  say(draft, 'command', cutIntoSentences(desk.toSay.join(' '), settings.agent.language));
}

/** A sound is over: music begins anew as long as the caller is on hold. */
export function soundIsOver(draft: Draft): void {
  const { heldMs } = draft.call.desk;
  if (heldMs === null || draft.call.phase !== 'talking') return goOnByItself(draft);
  if (draft.atMs - heldMs > LONGEST_MUSIC_MS) return giveBackForgotten(draft);
  playSound(draft, 'music');
}

/** Nobody came back to what they had set: the call goes on as any other. */
export function giveBackForgotten(draft: Draft): void {
  const wasDeaf = !hearsCaller(draft.call);
  const wasHeld = isHeld(draft.call);
  putDesk(draft, { takenBy: null, muted: { caller: false, agent: false }, heldMs: null, askedMs: draft.atMs });
  if (wasDeaf) draft.do({ type: 'hear-caller', on: true });
  draft.tell({ type: 'desk.left' });
  goOnByItself(draft, wasHeld ? BACK : null);
}

/** Not heard by the caller: what stands between what they said, for the model. */
const BACK = '(The caller was on hold, and is back on the line.)';

/** The agent may answer again: what was not answered, or what `direction` tells. */
export function goOnByItself(draft: Draft, direction: string | null = null): void {
  const { call } = draft;
  putDesk(draft, { goesOn: null });
  if (call.phase !== 'talking') return;
  if (call.desk.toSay.length > 0) return sayWaiting(draft);
  if (!agentAnswers(call) || closeWhenSpent(draft)) return;
  if (call.stopping.length > 0) return putDesk(draft, { goesOn: { direction } });
  if (direction !== null) draft.put({ messages: [...call.messages, { role: 'caller', text: direction }] });
  if (call.caller.floor !== 'quiet' || !isUnanswered(draft.call)) return; // else the end of the turn asks the model
  breakOff(draft);
  goOn(draft);
}

/** It is known now how far everything was heard. */
export function goOnWaiting(draft: Draft): void {
  const { desk, stopping } = draft.call;
  if (!desk.goesOn || stopping.length > 0) return;
  if ('note' in desk.goesOn) goOnByNote(draft, desk.goesOn.note);
  else goOnByItself(draft, desk.goesOn.direction);
}

/** The agent goes on, whoever spoke last; the note is the system's, and no word of the caller's. */
function goOnByNote(draft: Draft, note: string): void {
  putDesk(draft, { goesOn: null });
  const { phase, desk, messages, caller } = draft.call;
  if (phase !== 'talking') return;
  draft.put({ messages: [...messages, { role: 'system', text: note }] });
  if (desk.toSay.length > 0) return sayWaiting(draft);
  if (agentAnswers(draft.call) && caller.floor === 'quiet') goOn(draft);
}

export const goOnAfterHold = (draft: Draft): void => goOnByItself(draft, BACK);
