import type { Reply, Words } from '../call.js';
import type { Draft } from '../draft.js';
import type { Input } from '../log/input.js';
import { endRound, runWaiting } from './functions.js';
import { addPiece, closeReply, commitWords, newReply, putFloor } from './reply.js';

/** Asks the model for an answer to `words`; as a guess it may think and be synthesised, and nothing else. */
export function beginAnswer(draft: Draft, words: Words, released: boolean): void {
  const reply = newReply(draft, 'answer', words, released);
  putFloor(draft, { ...reply, thinking: true, rounds: [{ calls: [] }] });
  draft.do({ type: 'think', epoch: reply.epoch, round: 0 });
  if (released) releaseReply(draft, false);
}

/**
 * The caller has waited for long, and their words are still owed: a reply begins that says so, and waits for them too.
 *
 * @param instead was held for them
 */
export function beginUnasked(draft: Draft, endMs: number, instead: Reply | null): void {
  const reply = newReply(draft, 'answer', null, true);
  putFloor(draft, { ...reply, rounds: [{ calls: [] }], unasked: true, instead, owedMs: endMs });
  addPiece(draft, draft.call.settings.phrases.oneMoment, true);
  draft.do({ type: 'release', epoch: reply.epoch });
}

/** The words came that it waited for: the model is asked. */
export function askWith(draft: Draft, words: Words): void {
  const { reply } = draft;
  if (!reply) return;
  const { epoch } = reply;
  const turn = draft.call.turn + 1;
  draft.put({ turn });
  draft.putReply({ words, turn, unasked: false, instead: null, thinking: true });
  draft.tell({ type: 'turn.ended', turn, epoch, voiceStoppedMs: words.endMs, speculated: false });
  if (reply.audibleMs !== null) commitWords(draft);
  draft.do({ type: 'think', epoch, round: 0 });
}

/** No words came that it waited for: it ends, behind what was held for them, whose broken sentence is said again. */
export function endUnasked(draft: Draft): void {
  const { pieces = [], heardPieces = 0, afterwards = null } = draft.reply?.instead ?? {};
  draft.putReply({ unasked: false, instead: null, afterwards });
  for (const { text, filler } of pieces.slice(heardPieces)) if (!filler) addPiece(draft, text);
  closeReply(draft);
}

/** Asks the model to go on from where the history stands: nobody has said anything since. */
export function goOn(draft: Draft): void {
  const reply = newReply(draft, 'answer', null, true);
  putFloor(draft, { ...reply, thinking: true, rounds: [{ calls: [] }] });
  draft.do({ type: 'think', epoch: reply.epoch, round: 0 }, { type: 'release', epoch: reply.epoch });
}

/** The turn is certain: the reply may sound, and what it holds back may run. */
export function releaseReply(draft: Draft, speculated: boolean): void {
  const { reply } = draft;
  if (!reply) return;
  const sinceMs = reply.words?.endMs ?? draft.atMs;
  draft.putReply({ released: true, releasedMs: draft.atMs, quietMs: sinceMs, owedMs: sinceMs });
  draft.tell({
    type: 'turn.ended',
    turn: reply.turn,
    epoch: reply.epoch,
    voiceStoppedMs: reply.words?.endMs ?? draft.atMs,
    speculated,
  });
  draft.do({ type: 'release', epoch: reply.epoch });
  runWaiting(draft);
  endRoundOfNothing(draft);
}

/** A reply that held nothing to say was over before it might sound. */
export function endRoundOfNothing(draft: Draft): void {
  const { reply } = draft;
  if (reply && reply.rounds.length > 0 && !reply.thinking && !reply.closed && reply.pieces.length === 0)
    endRound(draft);
}

/** The model's answer is over. One that its length or its provider stopped before it said anything is answered for aloud. */
export function takeThought(draft: Draft, { reason, cutOff, vendorParts }: Input & { type: 'reply-thought' }): void {
  const { reply } = draft;
  if (!reply) return;
  const round = reply.rounds.length - 1;
  if (vendorParts) draft.putReply({ rounds: reply.rounds.map((each, n) => (n === round ? { ...each, vendorParts } : each)) }); // prettier-ignore
  const { sayAgain, cannotHelp = sayAgain } = draft.call.settings.phrases;
  const said = reply.pieces.some((piece) => piece.round === round && !piece.filler);
  if (reason === 'refused' && (!said || cutOff)) addPiece(draft, cannotHelp);
  if (reason === 'length' && !said) addPiece(draft, sayAgain);
  endRound(draft);
}
