import type { Draft } from '../draft.js';
import type { SoundName } from '../ports/index.js';
import { breakOff, newReply, putFloor } from '../thinking/reply.js';

/** Plays it in place of what the agent says. The caller cannot talk it down, but an answer ends it. */
export function playSound(draft: Draft, sound: SoundName): void {
  breakOff(draft);
  const reply = newReply(draft, 'sound', null, true);
  const { epoch } = reply;
  const piece = { text: '', round: 0, tries: 1, filler: true };
  putFloor(draft, { ...reply, pieces: [piece], rounds: [{ calls: [] }], closed: true });
  draft.do({ type: 'play', epoch, piece: 0, sound }, { type: 'release', epoch }, { type: 'finish-reply', epoch });
}
