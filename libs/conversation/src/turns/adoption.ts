import type { Afterwards, Piece, Reply } from '../call.js';
import { losePerson } from '../desk/person.js';
import { hearsCaller, isHeld, isUnanswered, maySpeak, putDesk } from '../desk/desk.js';
import { noteWords } from '../desk/hold.js';
import { playSound } from '../desk/sound.js';
import type { Draft } from '../draft.js';
import type { Input } from '../log/input.js';
import { runAgain } from '../thinking/functions.js';
import { breakOff, commitReply, say } from '../thinking/reply.js';
import { sayTimeIsUp } from './ending.js';

/** Speech of which no more is known than how long it sounded: so long a character, which is slow. Milliseconds. */
const CHARACTER_MS = 90;

/** What the model is told when an answer was not heard to its end, or not at all. */
const GO_ON = 'The line was gone for a moment, and your last words were not heard. Go on from there.';
const ANSWER = 'The line was gone for a moment. Answer what the caller said before that.';

/**
 * The process that lived this call so far is gone, and with it all that it had under way; another one goes on. What is
 * known to have been heard was heard, and nothing else. Who was speaking is told that something broke, and answered.
 */
export function adoptCall(
  draft: Draft,
  { fromNode, toNode, soundedMs, recorded }: Input & { type: 'call-adopted' },
): void {
  if (draft.call.phase === 'opening' || draft.call.turnedAway) return; // nobody goes on with such a call
  const cut = draft.reply;
  draft.tell({ type: 'call.adopted', fromNode, toNode });
  if (recorded) draft.tell({ type: 'recording.ended', reason: 'node-lost' });
  breakOff(draft);
  for (const reply of draft.call.stopping) commitCut(draft, reply, soundedMs);
  draft.put({ stopping: [] });
  noteWhatWasSaid(draft);
  runAgain(draft);
  draft.put({ obligation: null, owed: '', recogniserFailures: 0, lostTurns: 0, silencePrompts: 0 });
  goOn(draft, cut?.released ? cut : null, losePerson(draft));
}

/** What was begun is told, also when nothing of it is known to have been heard. */
function commitCut(draft: Draft, reply: Reply, soundedMs: number): void {
  const heard = heardOf(reply, soundedMs);
  commitReply(draft, reply, heard, true);
  const text = reply.pieces
    .map((piece) => piece.text)
    .join(' ')
    .trim();
  if (heard.wholePieces > 0 || heard.partText !== '' || text === '') return;
  const { turn, epoch, kind, audibleMs } = reply;
  const times = { startMs: audibleMs ?? draft.atMs, endMs: draft.atMs };
  draft.tell({ type: 'agent.spoke', turn, epoch, kind, text, heard: '', basis: 'clock', ...times, interrupted: true });
}

/** The last of its pieces is known to have sounded for a while; its beginning counts as heard, by its length. */
function heardOf({ pieces, heardPieces, sounding }: Reply, soundedMs: number) {
  const words = (sounding ? (pieces[heardPieces]?.text ?? '') : '').split(' ');
  const characters = Math.floor(soundedMs / CHARACTER_MS);
  const heard = words.filter((_word, n) => words.slice(0, n + 1).join(' ').length <= characters);
  const isWhole = heard.length === words.length; // nobody told so: its last word stays open
  return {
    wholePieces: heardPieces,
    partText: (isWhole ? heard.slice(0, -1) : heard).join(' '),
    basis: 'clock' as const,
  };
}

function noteWhatWasSaid(draft: Draft): void {
  const { words } = draft.call;
  if (words && `${words.settled}${words.changing}`.trim() !== '') noteWords(draft, words);
  draft.put({ words: null, caller: { floor: 'quiet', sinceMs: draft.atMs } });
}

/** @param first what the caller is told before all else */
function goOn(draft: Draft, cut: Reply | null, first: string | null): void {
  const { phase, leaving, settings, timeIsUp } = draft.call;
  if (phase === 'ending' && !leaving) return draft.do({ type: 'hang-up' });
  // a carrier that has the call with us again did not send it elsewhere
  draft.put({ phase: 'talking', leaving: false, endReason: null });
  draft.do({ type: 'open-recogniser', afterMs: 0 });
  if (!hearsCaller(draft.call)) draft.do({ type: 'hear-caller', on: false });
  draft.setTimer('time-limit', settings.limits.maxCallMs);
  if (isHeld(draft.call)) return playSound(draft, 'music');
  if (!maySpeak(draft.call)) return;
  if (timeIsUp) return sayTimeIsUp(draft);
  const { afterwards, texts } = leftOf(cut);
  const note = isUnanswered(draft.call) ? ANSWER : cut?.kind === 'answer' ? GO_ON : null;
  if (note !== null && !afterwards) putDesk(draft, { goesOn: { note } });
  const { recovery, cutOff = recovery } = settings.phrases;
  say(draft, 'recovery', [cutOff, ...(first === null ? [] : [first]), ...texts], afterwards);
}

/** What was written beforehand, or ends the call, is said to its end; an answer is thought of anew. */
function leftOf(cut: Reply | null): { texts: string[]; afterwards: Afterwards | null } {
  if (!cut || (cut.kind === 'answer' && !(cut.afterwards && cut.closed))) return { texts: [], afterwards: null };
  const texts = cut.pieces.slice(cut.heardPieces).filter((piece: Piece) => !piece.filler);
  return { texts: texts.map(({ text }) => text), afterwards: cut.afterwards };
}
