import type { Reply, Words } from '../call.js';
import type { Draft } from '../draft.js';
import { endRoundOfNothing } from '../thinking/answer.js';
import { stopReply } from '../thinking/reply.js';
import { isBackchannel, plain } from './languages.js';

/** A reply that the caller has no say in: the centre itself ends the call, or sends it elsewhere. */
const LAST_WORDS: ReadonlySet<string> = new Set([
  'transferred',
  'time-limit',
  'budget-spent',
  'provider-lost',
  'operator-hung-up',
  'no-line',
  'voicemail',
]);

/** The caller's voice sets in over the agent's: whose floor it is will be decided by words, or by its length. */
export function openOverlap(draft: Draft, onsetMs: number): void {
  const { agent, settings, ducks } = draft.call;
  if (agent.floor !== 'replying' || !mayBeInterrupted(agent.reply)) return;
  draft.put({ agent: { ...agent, overlap: { onsetMs, voiced: true, putOff: false } } });
  if (ducks) draft.do({ type: 'duck', epoch: agent.reply.epoch });
  draft.setTimer('overlap', onsetMs + settings.turns.overlapMs);
}

/** A voice sets in before the reply could be heard: it waits for words, silent. */
export function hush(draft: Draft, onsetMs: number): void {
  const { agent } = draft.call;
  if (agent.floor !== 'replying' || !mayBeInterrupted(agent.reply)) return;
  draft.do({ type: 'hold-reply', epoch: agent.reply.epoch });
  draft.put({ agent: { floor: 'held', reply: agent.reply, onsetMs, heldMs: draft.atMs } });
}

/** Enough of an overlap was heard to decide by the voice alone. */
export function overlapDue(draft: Draft): void {
  const { agent, settings } = draft.call;
  if (agent.floor !== 'replying' || !agent.overlap?.voiced) return; // quiet again: the end of the turn decides
  const { reply, overlap } = agent;
  if (encourages(draft, wordsNow(draft)) && !overlap.putOff) {
    draft.put({ agent: { ...agent, overlap: { ...overlap, putOff: true } } });
    return draft.setTimer('overlap', draft.atMs + 2 * settings.turns.overlapMs);
  }
  draft.tell({ type: 'overlap.decided', epoch: reply.epoch, verdict: 'yield', onsetMs: overlap.onsetMs, by: 'voice' });
  draft.do({ type: 'hold-reply', epoch: reply.epoch });
  draft.put({ agent: { floor: 'held', reply, onsetMs: overlap.onsetMs, heldMs: draft.atMs } });
}

/** Words came: over a reply they may take the floor; before it is heard they belong to the same turn. */
export function considerWords(draft: Draft, told: 'changed' | 'settled'): void {
  const { agent } = draft.call;
  const text = wordsNow(draft);
  if (agent.floor === 'idle' || plain(text) === '') return;
  const { reply } = agent;
  if (!mayBeInterrupted(reply)) return;
  if (reply.unasked && agent.floor === 'replying' && !agent.overlap) return; // it waits for them
  if (!reply.released) return withdrawGuess(draft, reply, text);
  if (reply.audibleMs === null) return goOnTogether(draft, reply);
  if (encourages(draft, text) || (told === 'changed' && !plain(text).includes(' '))) return; // one guessed word is none
  const overlap = agent.floor === 'replying' ? agent.overlap : null;
  if (agent.floor === 'replying' && !overlap && told === 'changed') return; // no voice and no certainty
  if (agent.floor === 'replying') {
    const onsetMs = overlap?.onsetMs ?? draft.atMs;
    draft.tell({ type: 'overlap.decided', epoch: reply.epoch, verdict: 'yield', onsetMs, by: 'words' });
  }
  stopReply(draft);
}

/**
 * Gives up what is held, for the words that are owed; what it answered, before anything of it was heard, they belong to.
 *
 * @returns what is to be said when none come
 */
export function giveUpHeld(draft: Draft): Reply | null {
  const { agent } = draft.call;
  if (agent.floor !== 'held') return null;
  const { reply } = agent;
  if (reply.audibleMs === null) goOnTogether(draft, reply);
  else stopReply(draft);
  return reply.unasked ? reply.instead : reply;
}

/** The overlap was nothing, or encouragement: the agent has the floor as before. */
export function carryOn(draft: Draft, by: 'words' | 'quiet'): void {
  const { agent, ducks } = draft.call;
  draft.put({ words: null });
  draft.cancelTimer('overlap');
  if (agent.floor !== 'replying' || !agent.overlap) return;
  const { onsetMs } = agent.overlap;
  draft.tell({ type: 'overlap.decided', epoch: agent.reply.epoch, verdict: 'carry-on', onsetMs, by });
  draft.put({ agent: { ...agent, overlap: null } });
  if (ducks) draft.do({ type: 'unduck', epoch: agent.reply.epoch });
}

/** The agent yielded to a voice that had nothing to say: it goes on where it was. */
export function resumeHeld(draft: Draft): void {
  const { agent } = draft.call;
  if (agent.floor !== 'held') return;
  const { reply, onsetMs } = agent;
  draft.cancelTimer('resume');
  draft.put({ words: null, agent: { floor: 'replying', reply: goingOn(reply, draft.atMs), overlap: null } });
  draft.tell({ type: 'overlap.decided', epoch: reply.epoch, verdict: 'resume', onsetMs, by: 'quiet' });
  if (draft.call.ducks) draft.do({ type: 'unduck', epoch: reply.epoch });
  draft.do({ type: 'resume-reply', epoch: reply.epoch });
  endRoundOfNothing(draft);
}

const goingOn = (reply: Reply, atMs: number): Reply => ({ ...reply, movedMs: atMs, quietMs: atMs, owedMs: atMs });

/** A key takes the floor without any doubt; before the reply is heard it belongs to the same turn as the words. */
export function yieldToKey(draft: Draft): void {
  const { reply } = draft;
  if (!reply || !mayBeInterrupted(reply)) return;
  if (reply.released && reply.audibleMs === null) return goOnTogether(draft, reply);
  stopReply(draft);
}

/** The caller goes on with the turn that a guess was begun for; the same words, settled, are what it answers. */
function withdrawGuess(draft: Draft, reply: Reply, text: string): void {
  if (plain(text) !== plain(`${reply.words?.settled} ${reply.words?.changing}`)) return stopReply(draft);
  draft.putReply({ words: draft.call.words });
}

/** The caller goes on before anything was heard: the old words and the new ones are one turn. */
function goOnTogether(draft: Draft, reply: Reply): void {
  stopReply(draft);
  if (!reply.words || reply.committed) return;
  draft.put({ words: joined(reply.words, draft.call.words) });
}

const joined = (before: Words, after: Words | null): Words => {
  if (!after) return before;
  const settled = [before.settled, before.changing, after.settled].filter((text) => text !== '').join(' ');
  return { ...after, settled, confidence: Math.min(before.confidence, after.confidence), startMs: before.startMs };
};

/** Nothing but "mm-hm", and not the answer to a question that the caller has heard of this reply. */
function encourages(draft: Draft, text: string): boolean {
  const { reply } = draft;
  const heard = reply?.pieces.slice(0, reply.heardPieces + 1) ?? [];
  const wasAsked = heard.some((piece) => piece.text.includes('?'));
  return !wasAsked && isBackchannel(text, draft.call.settings.agent.listensTo);
}

/** A sound is not talked down: who plays it wants it heard, and music is for a caller whom nobody hears. */
export const mayBeInterrupted = ({ afterwards, kind }: Reply): boolean =>
  kind !== 'sound' && !(afterwards?.reason && LAST_WORDS.has(afterwards.reason));

const wordsNow = ({ call }: Draft): string => `${call.words?.settled ?? ''} ${call.words?.changing ?? ''}`.trim();
