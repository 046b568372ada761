import type { Afterwards, Reply } from '../call.js';
import { giveBackForgotten } from '../desk/floor.js';
import type { Draft } from '../draft.js';
import type { ProviderStage } from '../ports/index.js';
import { beginUnasked } from '../thinking/answer.js';
import { giveUpFunction } from '../thinking/functions.js';
import { breakOff, closeReply, commitWords, fillBefore, say, stopReply } from '../thinking/reply.js';
import { giveUpMachine } from './answerer.js';
import { endTurn } from './caller.js';
import { closeCall, endNow, goOnAfterwards } from './ending.js';
import { giveUpHeld, resumeHeld } from './overlap.js';

/** A recogniser that is lost is opened anew so often in one call. */
const MOST_RECOGNISERS = 4;
/** Pause before each new try, multiplied by the number of tries. Milliseconds. */
const REOPEN_AFTER_MS = 200;
/** After so many troubles in a row the agent apologises and ends the call. */
const MOST_TROUBLES = 2;

/** Somebody did not do in time what the call was waiting for: the next rung of the ladder. */
export function obligationDue(draft: Draft): void {
  const { obligation, caller } = draft.call;
  if (!obligation || obligation.dueMs > draft.atMs) return; // it was replaced meanwhile
  draft.tell({ type: 'obligation.missed', owner: obligation.owner, step: obligation.step });
  draft.put({ obligation: null });
  switch (obligation.step) {
    case 'speak':
      return promptCaller(draft);
    case 'go-on':
      return giveBackForgotten(draft);
    case 'end-turn':
      if (caller.floor === 'speaking') draft.put({ caller: { ...caller, onsetMs: draft.atMs } });
      return draft.call.words?.settled ? endTurn(draft) : undefined;
    case 'settle-words':
      return endTurn(draft);
    case 'say-words':
      return resumeHeld(draft);
    case 'hear':
      return caller.floor === 'pausing' ? beginUnasked(draft, caller.endMs, giveUpHeld(draft)) : undefined;
    case 'answer':
      return fillIn(draft);
    case 'run-function':
      return giveUpRunning(draft);
    case 'give-up':
    case 'play':
      return trouble(draft);
    case 'end-greeting':
      return giveUpMachine(draft);
    case 'hang-up':
      return hangUpAgain(draft);
    case 'talk':
      return endNow(draft, 'time-limit');
    default:
      return endNow(draft, 'failed');
  }
}

/** A provider failed: try again where that can help before the caller notices, else go down the ladder. */
export function providerFailed(
  draft: Draft,
  failure: { stage: ProviderStage; provider: string; code: string; retryable: boolean; epoch?: number; piece?: number },
): void {
  const { stage, provider, code } = failure;
  draft.tell({ type: 'provider.failed', stage, provider, code });
  if (failure.stage === 'recogniser') return recogniserFailed(draft, failure);
  const reply = draft.replyOf(failure.epoch ?? -1);
  if (!reply || reply.kind === 'sound') return; // a sound needs neither of them
  if (failure.stage === 'model') return modelFailed(draft, failure.retryable);
  const index = failure.piece ?? -1;
  const piece = reply.pieces[index];
  if (!piece) return;
  if (!failure.retryable || piece.tries > 1) return giveUpReply(draft, reply);
  draft.putReply({
    pieces: reply.pieces.map((other, n) => (n === index ? { ...piece, tries: piece.tries + 1 } : other)),
  });
  draft.do({ type: 'speak', epoch: reply.epoch, piece: index, text: piece.text });
}

/** The reply cannot be: say so, and after the second time end the call with an apology. */
export function trouble(draft: Draft): void {
  const { settings, troubles, phase } = draft.call;
  commitWords(draft);
  stopReply(draft);
  draft.put({ troubles: troubles + 1 });
  if (phase === 'ending' || draft.call.turnedAway) return endNow(draft, 'provider-lost');
  if (troubles > MOST_TROUBLES) return goOnAfterwards(draft, lastResort(draft));
  if (troubles + 1 < MOST_TROUBLES) return say(draft, 'recovery', [settings.phrases.recovery]);
  giveUpCall(draft);
}

/** The agent cannot go on: it says so, and sends the caller to its overflow number if it has one. */
function giveUpCall(draft: Draft): void {
  const { phrases, overflow } = draft.call.settings;
  const afterwards = lastResort(draft);
  say(draft, 'goodbye', [(afterwards.type === 'transfer' && overflow?.message) || phrases.apology], afterwards);
}

function lastResort({ call }: Draft): Afterwards {
  const to = call.settings.overflow?.transferTo;
  return to ? { type: 'transfer', to, reason: 'provider-lost' } : { type: 'end', reason: 'provider-lost' };
}

/** A guess that failed concerns nobody: the end of the turn asks anew. */
const giveUpReply = (draft: Draft, { released }: Reply): void => (released ? trouble(draft) : stopReply(draft));

/** What it was about to settle, the next one will not have heard: it counts as said. */
function recogniserFailed(draft: Draft, { code, retryable }: { code: string; retryable: boolean }): void {
  const { words, phase } = draft.call;
  const failures = draft.call.recogniserFailures + 1;
  const said = words && { ...words, settled: `${words.settled} ${words.changing}`.trim(), changing: '' };
  draft.put({ recogniserFailures: failures, words: said, owed: '' });
  if (phase === 'ending' || phase === 'bridged') return;
  const another = retryable || (code === 'provider.unreadable' && failures === 1); // one message is no habit
  if (another && failures <= MOST_RECOGNISERS) {
    return draft.do({ type: 'open-recogniser', afterMs: (failures - 1) * REOPEN_AFTER_MS });
  }
  breakOff(draft);
  draft.put({ troubles: MOST_TROUBLES });
  giveUpCall(draft);
}

function modelFailed(draft: Draft, retryable: boolean): void {
  const { reply } = draft;
  if (!reply) return;
  const round = reply.rounds.length - 1;
  const said = reply.pieces.some((piece) => piece.round === round && !piece.filler);
  if (said) return closeReply(draft);
  if (!retryable || reply.retries > 0) return giveUpReply(draft, reply);
  draft.putReply({ retries: reply.retries + 1, thinking: true });
  draft.do({ type: 'think', epoch: reply.epoch, round });
}

function promptCaller(draft: Draft): void {
  const { silencePrompts, settings } = draft.call;
  const { stillThere, goodbye } = settings.phrases;
  const prompt = stillThere[silencePrompts];
  draft.put({ silencePrompts: silencePrompts + 1 });
  if (prompt) return say(draft, 'prompt', [prompt]);
  say(draft, 'goodbye', [goodbye], { type: 'end', reason: 'caller-silent' });
}

/** The caller has waited long enough to deserve a word; it goes before the reply, or between its sentences. */
function fillIn(draft: Draft): void {
  const { reply } = draft;
  if (!reply) return;
  if (reply.soundedPieces > reply.heardPieces) return trouble(draft); // the voice broke off within a sentence
  draft.putReply({ quietMs: draft.atMs });
  if (reply.kind === 'answer') fillBefore(draft, reply.heardPieces);
}

function giveUpRunning(draft: Draft): void {
  const running = draft.reply?.rounds.flatMap(({ calls }) => calls).find(({ state }) => state === 'running');
  if (running) giveUpFunction(draft, running);
}

function hangUpAgain(draft: Draft): void {
  const hangUpTries = draft.call.hangUpTries + 1;
  draft.put({ hangUpTries });
  if (hangUpTries > 2) return closeCall(draft, 'lost');
  draft.do({ type: 'hang-up' });
}
