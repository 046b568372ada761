import type { Words } from '../call.js';
import type { Draft } from '../draft.js';
import { breakOff, commitWords } from '../thinking/reply.js';
import { hearsCaller, isHeld, putDesk } from './desk.js';
import { playSound } from './sound.js';

/** What the caller said stands in the history, and nobody answers it by itself. */
export function noteWords(draft: Draft, { settled, changing, confidence, startMs, endMs }: Words): void {
  const text = `${settled} ${changing}`.trim();
  const turn = draft.call.turn + 1;
  draft.put({ turn, words: null, owed: changing, messages: [...draft.call.messages, { role: 'caller', text }] });
  draft.tell({ type: 'caller.spoke', turn, text, confidence, startMs, endMs });
}

/** Nobody hears the caller from now on: what was said until then is said. */
export function closeEars(draft: Draft): void {
  if (draft.reply?.released) commitWords(draft);
  const { words } = draft.call;
  draft.cancelTimer('pause');
  draft.cancelTimer('late-words');
  draft.put({ caller: { floor: 'quiet', sinceMs: draft.atMs } });
  if (words && `${words.settled}${words.changing}`.trim() !== '') noteWords(draft, words);
  draft.put({ words: null });
  draft.do({ type: 'hear-caller', on: false });
}

/** The caller hears music, and nobody hears the caller. */
export function putOnHold(draft: Draft): void {
  if (isHeld(draft.call)) return;
  breakOff(draft);
  if (hearsCaller(draft.call)) closeEars(draft);
  putDesk(draft, { heldMs: draft.atMs });
  playSound(draft, 'music');
}
