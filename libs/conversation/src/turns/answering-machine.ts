import type { AnsweredBy } from '../ports/index.js';
import { signsIn } from './greeting-words.js';

/** What was heard of whoever answered a call of ours. Times are on the call's clock. */
export interface HeardGreeting {
  /** All words so far, also those that are guessed. */
  text: string;
  /** The line is up since then. */
  upMs: number;
  /** The first utterance; pauses of a breath do not end it. Null: nobody has said anything. */
  first: { startMs: number; endMs: number } | null;
  /** When the last voice ended; null while there is one, and before there was any. */
  quietSinceMs: number | null;
  /** A steady tone was heard after it. */
  tone: boolean;
}

export interface AnswerVerdict {
  by: AnsweredBy;
  /** What told it. */
  why: 'words' | 'rhythm' | 'tone' | 'silence';
}

/** Quiet that ends the greeting of a person, who waits for an answer; sentences of a recording follow each other sooner. */
const WAITS_MS = 1_100;
/** A person who answers says no more than this before they wait. */
const SHORT_MS = 3_000;
/** So long nobody speaks who answers and does not know who calls. */
const LONG_MS = 7_500;
const NOBODY_MS = 12_000;

/** Since the line was up; until then words and tones are believed that speak against a person who was only told by the rhythm. */
export const SCREENED_MS = 15_000;

/**
 * Who answered, as far as it can be told by now: by words, by a tone, else by the rhythm. Null: it cannot yet.
 * `againMs`: when time alone may tell more.
 */
export function judgeAnswer(
  heard: HeardGreeting,
  { nowMs, language }: { nowMs: number; language: string },
): AnswerVerdict | { againMs: number } {
  const { first, quietSinceMs } = heard;
  const byWords = judgeWords(heard, language);
  if (byWords) return byWords;
  if (heard.tone) return { by: 'machine', why: 'tone' };
  if (!first) return until(heard.upMs + NOBODY_MS, nowMs, { by: 'unknown', why: 'silence' });
  const { machine, person } = signsIn(heard.text, language);
  if (quietSinceMs === null) return until(first.startMs + LONG_MS, nowMs, { by: 'machine', why: 'rhythm' });
  const isLong = first.endMs - first.startMs > SHORT_MS;
  const by = isLong && machine > person ? 'machine' : 'person';
  return until(quietSinceMs + (isLong ? 1.5 : 1) * WAITS_MS, nowMs, { by, why: person > 0 ? 'words' : 'rhythm' });
}

/** What words alone tell. */
function judgeWords({ text }: Pick<HeardGreeting, 'text'>, language: string): AnswerVerdict | undefined {
  const { machine, menu, person } = signsIn(text, language);
  if (menu > 0 && menu >= person && machine < 3) return { by: 'ivr', why: 'words' };
  return machine - 2 * person >= 2 ? { by: 'machine', why: 'words' } : undefined;
}

/** Whether somebody who waited like a person is a machine all the same. In a conversation more is said than in a greeting. */
export function judgeAgain({ text, tone }: HeardGreeting, language: string): AnswerVerdict | undefined {
  const { machine, menu, person } = signsIn(text, language);
  if (machine - 2 * person >= 3) return { by: 'machine', why: 'words' };
  if (menu - person >= 2) return { by: 'ivr', why: 'words' };
  return tone ? { by: 'machine', why: 'tone' } : undefined;
}

const until = (dueMs: number, nowMs: number, verdict: AnswerVerdict) => (nowMs >= dueMs ? verdict : { againMs: dueMs });
