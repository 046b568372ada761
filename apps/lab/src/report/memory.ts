import type { HeardWord } from '../ear/heard-words.js';
import type { HeardCall } from './played-call.js';
import { type WordEdit, wordEdits, wordsOf } from './words.js';
import { wordsAsSaid } from './words-as-said.js';

/** One reply as the model was told it, beside what the ear heard in its place. */
export interface ToldReply {
  told: string;
  /** As it is compared: lower case, numbers in figures. */
  heard: string;
  /** Words that differ. */
  differs: number;
}

/** Words closer together than this are one stretch of the agent's speech. */
const STRETCH_MS = 700;

/**
 * What the last request told the model of its own replies, against what the ear heard before that request.
 *
 * Speech that was still going on when the model was asked is left out: it is in no history yet. Null without a request.
 */
export function toldAgainstHeard({ modelRequests, words }: HeardCall): ToldReply[] | null {
  const last = [...modelRequests].sort((a, b) => a.atMs - b.atMs).at(-1);
  if (!last) return null;
  const told = last.messages
    .filter(({ role }) => role === 'assistant')
    .map(({ content }) => content ?? '')
    .filter((content) => wordsOf(content).length > 0);
  return compareReplies(
    told,
    stretches(words)
      .filter((stretch) => endOf(stretch) < last.atMs)
      .flat(),
  );
}

/** Aligns all replies with all that was heard at once, so that a word too many is counted in the reply that it fell in. */
export function compareReplies(told: readonly string[], heard: readonly HeardWord[]): ToldReply[] {
  const toldWords = told.flatMap((text, reply) => wordsAsSaid(text).map((word) => ({ word, reply })));
  const heardWords = wordsAsSaid(heard.map(({ text }) => text).join(' '));
  const edits = wordEdits(
    toldWords.map(({ word }) => word),
    heardWords,
  );
  const replies = told.map((text): ToldReply => ({ told: text, heard: '', differs: 0 }));
  if (replies.length === 0) replies.push({ told: '', heard: '', differs: 0 });
  let current = 0;
  for (const edit of edits) {
    current = 'from' in edit ? (toldWords[edit.from]?.reply ?? current) : current;
    note(replies[current], edit, heardWords);
  }
  return replies;
}

function note(reply: ToldReply | undefined, edit: WordEdit, heard: readonly string[]): void {
  if (!reply) return;
  if ('to' in edit) reply.heard = `${reply.heard} ${heard[edit.to] ?? ''}`.trim();
  if (edit.type !== 'same') reply.differs += 1;
}

/** The agent's words, split where it paused for long. */
export function stretches(words: readonly HeardWord[], pauseMs = STRETCH_MS): HeardWord[][] {
  const found: HeardWord[][] = [];
  for (const word of words) {
    const last = found.at(-1);
    if (last && word.startMs - endOf(last) < pauseMs) last.push(word);
    else found.push([word]);
  }
  return found;
}

const endOf = (stretch: readonly HeardWord[]): number => stretch.at(-1)?.endMs ?? 0;
