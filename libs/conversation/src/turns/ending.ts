import type { Afterwards, Call } from '../call.js';
import type { Draft } from '../draft.js';
import type { TurnedAway } from '../log/input.js';
import type { EndReason, LineEnd } from '../ports/index.js';
import { tellUncertain } from '../thinking/functions.js';
import { breakOff, commitReply, say } from '../thinking/reply.js';
import { cutIntoSentences } from '../thinking/sentences.js';

/** After the time is up the agent has so long to say goodbye. Milliseconds. */
const LAST_WORDS_MS = 20_000;

/** What a reply was to be followed by. */
export function goOnAfterwards(draft: Draft, afterwards: Afterwards): void {
  if (afterwards.type === 'end') return endNow(draft, afterwards.reason);
  draft.put({ phase: 'ending', endReason: afterwards.reason ?? 'transferred', leaving: true });
  draft.do({ type: 'transfer', to: afterwards.to });
}

/** The caller is told that nobody can serve them, as far as that needs no provider, and sent elsewhere or away. */
export function turnAway(draft: Draft, { reason, message, transferTo }: TurnedAway): void {
  draft.tell({ type: 'call.turned-away', reason, told: message !== null, transferTo });
  const afterwards: Afterwards = transferTo ? { type: 'transfer', to: transferTo, reason } : { type: 'end', reason };
  if (message === null) return goOnAfterwards(draft, afterwards);
  say(draft, 'goodbye', [message], afterwards);
}

/** Ends the call from our side, without a word more; the carrier's time to do so begins now. */
export function endNow(draft: Draft, reason: EndReason): void {
  breakOff(draft);
  const agent = { floor: 'idle', sinceMs: draft.atMs } as const;
  draft.put({ phase: 'ending', agent, endReason: draft.call.endReason ?? reason });
  draft.do({ type: 'hang-up' });
}

/** A call that could not be sent elsewhere goes on, unless it had ended for us. */
export function carrierRefused(draft: Draft, asked: 'transfer' | 'digits'): void {
  const { endReason, settings, leaving } = draft.call;
  draft.tell({ type: 'carrier.refused', asked });
  if (asked !== 'transfer' || !leaving) return;
  if (endReason !== 'transferred') return draft.do({ type: 'hang-up' });
  draft.put({ phase: 'talking', endReason: null, leaving: false });
  say(draft, 'recovery', [settings.phrases.recovery]);
}

/** The call has lasted as long as it may: it ends after what is being said; the second time (or when its budget is spent), at once. */
export function timeLimitDue(draft: Draft): void {
  if (draft.call.phase === 'ending') return; // the carrier has been asked
  if (draft.call.timeIsUp) {
    breakOff(draft);
    return goOnAfterwards(draft, lastWordsOf(draft.call).afterwards);
  }
  draft.put({ timeIsUp: true });
  draft.setTimer('time-limit', draft.atMs + LAST_WORDS_MS);
  if (!draft.reply?.sounding) sayTimeIsUp(draft);
}

export function sayTimeIsUp(draft: Draft): void {
  breakOff(draft);
  const { text, afterwards } = lastWordsOf(draft.call);
  say(draft, 'goodbye', cutIntoSentences(text, draft.call.settings.agent.language), afterwards);
}

/** Why the call ends by itself decides what is said, and what follows. */
function lastWordsOf({ budget, settings: { phrases } }: Call): { text: string; afterwards: Afterwards } {
  if (budget?.state !== 'spent') return { text: phrases.timeIsUp, afterwards: { type: 'end', reason: 'time-limit' } };
  const { closing, transferTo } = budget;
  const reason = 'budget-spent';
  return { text: closing, afterwards: transferTo ? { type: 'transfer', to: transferTo, reason } : { type: 'end', reason } }; // prettier-ignore
}

/** The line is gone. What was heard of a reply may still come in; only then the end is told. */
export function closeCall(draft: Draft, end: LineEnd): void {
  close(draft, end === 'lost' ? 'line-lost' : 'caller-hung-up');
}

/** A bug ends the call; the driver itself hangs up. The second time nothing is waited for: of what sounds, the whole sentences count as heard. */
export function breakCall(draft: Draft): void {
  if (draft.call.phase !== 'closed') return close(draft, 'failed');
  const { stopping } = draft.call;
  draft.put({ stopping: [] });
  for (const reply of stopping) {
    commitReply(draft, reply, { wholePieces: reply.heardPieces, partText: '', basis: 'clock' }, true);
  }
  tellEnd(draft);
}

function close(draft: Draft, reason: EndReason): void {
  breakOff(draft);
  draft.put({ phase: 'closed', endReason: draft.call.endReason ?? reason });
  draft.do({ type: 'close-recogniser' });
  for (const timer of ['pause', 'late-words', 'obligation', 'time-limit'] as const) draft.cancelTimer(timer);
  tellEnd(draft);
}

/** Tells the end once nothing is owed any more. */
export function tellEnd(draft: Draft): void {
  const { phase, stopping, endedTold, endReason, words } = draft.call;
  if (phase !== 'closed' || stopping.length > 0 || endedTold) return;
  const text = words ? `${words.settled} ${words.changing}`.trim() : '';
  if (words && text !== '') {
    const { confidence, startMs, endMs } = words;
    draft.put({ messages: [...draft.call.messages, { role: 'caller', text }], words: null });
    draft.tell({ type: 'caller.spoke', turn: draft.call.turn + 1, text, confidence, startMs, endMs });
  }
  tellUncertain(draft);
  draft.put({ endedTold: true });
  draft.tell({ type: 'call.ended', reason: endReason ?? 'failed', durationMs: draft.atMs });
}
