import type { Draft } from '../draft.js';
import { say } from '../thinking/reply.js';

/**
 * A voice was heard, and no words came of it. The first time it may have been the caller; the second time another
 * recogniser is opened, and when that one says nothing at all either, the call cannot go on. One that answers, and heard
 * no words, is believed: there are voices that say nothing, and the agent does not ask them for ever.
 *
 * @param mute the recogniser owed words, and has not even said that there are none
 */
export function speechLost(draft: Draft, mute: boolean): void {
  const { settings } = draft.call;
  const { phrases, providers } = settings;
  const lostTurns = draft.call.lostTurns + 1;
  draft.put({ lostTurns });
  if (mute) draft.tell({ type: 'obligation.missed', owner: 'recogniser', step: 'settle-words' });
  if (lostTurns === 1) return say(draft, 'recovery', [phrases.sayAgain]);
  if (lostTurns > 2 && !mute) return;
  const code = mute ? 'provider.timed-out' : 'provider.empty';
  draft.tell({ type: 'provider.failed', stage: 'recogniser', provider: providers.recogniser, code });
  if (lostTurns > 2) return say(draft, 'goodbye', [phrases.apology], { type: 'end', reason: 'provider-lost' });
  draft.do({ type: 'open-recogniser', afterMs: 0 });
  say(draft, 'recovery', [phrases.recovery]);
}
