import type { Call, Desk } from '../call.js';
import type { Draft } from '../draft.js';
import { isTalkingToMachine } from '../turns/answerer-state.js';

export const EMPTY_DESK: Desk = {
  takenBy: null,
  muted: { caller: false, agent: false },
  heldMs: null,
  askedMs: 0,
  toSay: [],
  goesOn: null,
};

/** Nobody left a call to itself for so long on purpose. Milliseconds. */
export const LEFT_ALONE_MS = 120_000;
/** A caller is not kept on hold for longer. Milliseconds. */
export const LONGEST_MUSIC_MS = 600_000;

export const isHeld = ({ desk }: Call): boolean => desk.heldMs !== null;

/** Whether the agent answers by itself. */
export const agentAnswers = (call: Call): boolean =>
  call.desk.takenBy === null && maySpeak(call) && !isTalkingToMachine(call);

/** Whether anything may be said to the caller. */
export const maySpeak = (call: Call): boolean => !call.desk.muted.agent && !isHeld(call);

/** Whether what the caller says and presses comes in. */
export const hearsCaller = (call: Call): boolean => !call.desk.muted.caller && !isHeld(call);

export function putDesk(draft: Draft, fields: Partial<Desk>): void {
  draft.put({ desk: { ...draft.call.desk, ...fields } });
}

/** The music is over, and the caller is heard again, if nobody has muted them. */
export function endHold(draft: Draft): void {
  if (!isHeld(draft.call)) return;
  putDesk(draft, { heldMs: null });
  if (hearsCaller(draft.call)) draft.do({ type: 'hear-caller', on: true });
}

/** The caller has said something, and nothing was answered. */
export const isUnanswered = ({ messages }: Call): boolean =>
  messages.findLast(({ role }) => role !== 'system')?.role === 'caller';
