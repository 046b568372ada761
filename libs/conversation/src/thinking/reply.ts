import type { Afterwards, Reply, Words } from '../call.js';
import type { Draft } from '../draft.js';
import type { HeardSoFar } from '../log/input.js';
import { endHold } from '../desk/desk.js';
import type { ReplyKind } from '../ports/index.js';
import { roundsOf, wordsOf } from './history.js';

/** A reply may go back to the model so often; a loop of functions ends there. */
export const MOST_ROUNDS = 8;

/** Says these sentences, written beforehand. Who is on hold comes back for them. */
export function say(
  draft: Draft,
  kind: ReplyKind,
  texts: readonly string[],
  afterwards: Afterwards | null = null,
): void {
  endHold(draft);
  const reply = newReply(draft, kind, null, true);
  const pieces = texts
    .filter((text) => text.trim() !== '')
    .map((text) => ({ text, round: 0, tries: 1, filler: false }));
  putFloor(draft, { ...reply, pieces, rounds: [{ calls: [] }], closed: true, afterwards });
  pieces.forEach(({ text }, piece) => draft.do({ type: 'speak', epoch: reply.epoch, piece, text }));
  draft.do({ type: 'release', epoch: reply.epoch }, { type: 'finish-reply', epoch: reply.epoch });
}

/** Adds a sentence to what is said; `closed` replies take none. */
export function addPiece(draft: Draft, text: string, filler = false): void {
  const { reply } = draft;
  if (!reply || reply.closed) return;
  const piece = reply.pieces.length;
  const round = Math.max(0, reply.rounds.length - 1);
  draft.putReply({ pieces: [...reply.pieces, { text, round, tries: 1, filler }] });
  draft.do({ type: 'speak', epoch: reply.epoch, piece, text });
}

/** Says `oneMoment` before the piece that is late, or as the next one. */
export function fillBefore(draft: Draft, piece: number): void {
  const { reply } = draft;
  const text = draft.call.settings.phrases.oneMoment;
  const late = reply?.pieces[piece];
  if (!reply || !late) return addPiece(draft, text, true);
  const filler = { text, round: late.round, tries: 1, filler: true };
  draft.putReply({ pieces: reply.pieces.toSpliced(piece, 0, filler) });
  draft.do({ type: 'insert', epoch: reply.epoch, piece, text });
}

/** Nothing more is said in this reply. */
export function closeReply(draft: Draft): void {
  const { reply } = draft;
  if (!reply || reply.closed) return;
  draft.putReply({ closed: true, thinking: false });
  draft.do({ type: 'finish-reply', epoch: reply.epoch });
}

/** The caller's words belong to the past now: they are being answered. */
export function commitWords(draft: Draft): void {
  const { reply } = draft;
  if (!reply?.words || reply.committed) return;
  const text = wordsOf(reply);
  const { confidence, startMs, endMs } = reply.words;
  draft.put({ messages: [...draft.call.messages, { role: 'caller', text }] });
  draft.putReply({ committed: true });
  draft.tell({ type: 'caller.spoke', turn: reply.turn, text, confidence, startMs, endMs });
}

/** Writes into the history what was heard of a reply that is over, and tells it. */
export function commitReply(draft: Draft, reply: Reply, heard: HeardSoFar, interrupted: boolean): void {
  const texts = reply.pieces.map(({ text }, piece) =>
    piece < heard.wholePieces ? text : piece === heard.wholePieces ? heard.partText : '',
  );
  const lastHeard = texts.findLastIndex((text) => text !== '');
  const cutOff = interrupted && lastHeard >= 0 && (heard.wholePieces < reply.pieces.length || !reply.closed);
  if (cutOff) texts[lastHeard] += '—';
  const messages = [...draft.call.messages, ...roundsOf(reply, texts)];
  draft.put({ messages, asked: lastHeard >= 0 ? (texts[lastHeard] ?? '') : draft.call.asked });
  if (lastHeard < 0) return;
  draft.tell({
    type: 'agent.spoke',
    turn: reply.turn,
    epoch: reply.epoch,
    kind: reply.kind,
    text: reply.pieces.map(({ text }) => text).join(' '),
    heard: texts.filter((text) => text !== '').join(' '),
    basis: heard.basis,
    startMs: reply.audibleMs ?? draft.atMs,
    endMs: draft.atMs,
    interrupted: cutOff,
  });
}

/** Takes the floor from the reply that has it, if any; what was heard of it comes back as an input. */
export function stopReply(draft: Draft): void {
  const { reply } = draft;
  if (!reply) return;
  draft.do({ type: 'stop-reply', epoch: reply.epoch });
  draft.cancelTimer('overlap');
  draft.cancelTimer('resume');
  if (reply.audibleMs === null && reply.committed) {
    commitReply(draft, reply, { wholePieces: 0, partText: '', basis: 'clock' }, true);
  }
  draft.put({
    turn: reply.words && !reply.committed ? draft.call.turn - 1 : draft.call.turn,
    stopping: reply.audibleMs === null ? draft.call.stopping : [...draft.call.stopping, reply],
    agent: { floor: 'idle', sinceMs: draft.atMs },
  });
}

/** Takes the floor for words of the centre's own: what was about to be answered counts as said all the same. */
export function breakOff(draft: Draft): void {
  if (draft.reply?.released) commitWords(draft);
  stopReply(draft);
}

/** The next reply, before anything is known of it. */
export function newReply(draft: Draft, kind: ReplyKind, words: Words | null, released: boolean): Reply {
  const { call, atMs } = draft;
  const turn = words ? call.turn + 1 : call.turn;
  draft.put({ epoch: call.epoch + 1, turn });
  return {
    epoch: call.epoch + 1,
    turn,
    kind,
    words,
    begunMs: atMs,
    released,
    releasedMs: atMs,
    committed: false,
    pieces: [],
    rounds: [],
    unasked: false,
    instead: null,
    thinking: false,
    closed: false,
    audibleMs: null,
    sounding: false,
    heardPieces: 0,
    soundedPieces: 0,
    quietMs: atMs,
    owedMs: atMs,
    movedMs: atMs,
    retries: 0,
    afterwards: null,
  };
}

/** Gives it the agent's floor. */
export function putFloor(draft: Draft, reply: Reply): void {
  draft.put({ agent: { floor: 'replying', reply, overlap: null } });
}
