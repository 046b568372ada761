import type { Afterwards } from '../call.js';
import type { Draft } from '../draft.js';
import type { EndReason, LineEnd } from '../ports/index.js';
import { breakOff, say } from '../thinking/reply.js';

/** After the time is up the agent has so long to say goodbye. Milliseconds. */
const LAST_WORDS_MS = 20_000;

/** What a reply was to be followed by. */
export function goOnAfterwards(draft: Draft, afterwards: Afterwards): void {
  if (afterwards.type === 'end') return endNow(draft, afterwards.reason);
  draft.put({ phase: 'ending', endReason: 'transferred' });
  draft.do({ type: 'transfer', to: afterwards.to });
}

/** Ends the call from our side, without a word more; the carrier's time to do so begins now. */
export function endNow(draft: Draft, reason: EndReason): void {
  breakOff(draft);
  const agent = { floor: 'idle', sinceMs: draft.atMs } as const;
  draft.put({ phase: 'ending', agent, endReason: draft.call.endReason ?? reason });
  draft.do({ type: 'hang-up' });
}

/** The call has lasted as long as it may: it ends after what is being said; the second time, at once. */
export function timeLimitDue(draft: Draft): void {
  if (draft.call.phase === 'ending') return; // the carrier has been asked
  if (draft.call.timeIsUp) return endNow(draft, 'time-limit');
  draft.put({ timeIsUp: true });
  draft.setTimer('time-limit', draft.atMs + LAST_WORDS_MS);
  if (!draft.reply?.sounding) sayTimeIsUp(draft);
}

export function sayTimeIsUp(draft: Draft): void {
  breakOff(draft);
  say(draft, 'goodbye', [draft.call.settings.phrases.timeIsUp], { type: 'end', reason: 'time-limit' });
}

/** The line is gone. What was heard of a reply may still come in; only then the end is told. */
export function closeCall(draft: Draft, end: LineEnd): void {
  breakOff(draft);
  const { endReason } = draft.call;
  draft.put({ phase: 'closed', endReason: endReason ?? (end === 'lost' ? 'line-lost' : 'caller-hung-up') });
  draft.do({ type: 'close-recogniser' });
  for (const timer of ['pause', 'late-words', 'obligation', 'time-limit'] as const) draft.cancelTimer(timer);
  tellEnd(draft);
}

/** Tells the end once nothing is owed any more. */
export function tellEnd(draft: Draft): void {
  const { phase, stopping, endedTold, endReason, words } = draft.call;
  if (phase !== 'closed' || stopping || endedTold) return;
  const text = words ? `${words.settled} ${words.changing}`.trim() : '';
  if (words && text !== '') {
    const { confidence, startMs, endMs } = words;
    draft.put({ messages: [...draft.call.messages, { role: 'caller', text }], words: null });
    draft.tell({ type: 'caller.spoke', turn: draft.call.turn + 1, text, confidence, startMs, endMs });
  }
  draft.put({ endedTold: true });
  draft.tell({ type: 'call.ended', reason: endReason ?? 'failed', durationMs: draft.atMs });
}
