import type { TurnSettings } from '../ports/index.js';
import { plain, turnWordsOf } from './languages.js';

/** What is known when the caller has gone quiet. */
export interface Evidence {
  /** All that the caller has said in this turn so far. */
  words: string;
  /** BCP 47 of what is listened to. */
  language: string;
  /** The recogniser holds the turn for over. */
  endpoint: boolean;
  /** The last key that was pressed since the caller went quiet. */
  key: string | null;
  /** The last sentence that the caller heard. */
  asked: string;
}

/** How sure a strategy is that the caller is done: `more` outweighs `whole`. */
export type Verdict = 'whole' | 'more' | 'unknown';
type Strategy = (evidence: Evidence) => Verdict;

/** The answer that the agent asked for, as far as its question shows. */
export type ExpectedAnswer = 'yes-no' | 'number' | 'e-mail' | 'address' | 'anything';

const ASKS: readonly (readonly [ExpectedAnswer, RegExp])[] = [
  ['e-mail', /\b(e-?mail|mail address|adresse mail|courriel|correo)\b/i],
  ['number', /\b(phone|telephone|mobile|card|account|reference|order|customer)\s+number\b|\bpostcode\b|\bzip code\b|\bnum[eé]ro\b|\bn[uú]mero\b/i],
  ['address', /\b(your|the|what|which)\b.*\baddress\b|\bquelle (est )?(votre )?adresse\b|\bdirecci[oó]n\b/i],
  ['yes-no', /\b(shall|should|would|do|does|did|is|are|can|could|will|may|have) (i|you|we|it|that|this|the|there)\b|\b(est-ce que|souhaitez-vous|voulez-vous|puis-je|pouvez-vous|cela vous|ça vous)\b/i],
]; // prettier-ignore

/** "How may I help?" has the shape of a yes-or-no question and is none. */
const ASKS_OPENLY =
  /^\W*(how|what|which|when|where|who|whom|why|comment|quand|quel(le)?s?|combien|où|qui|pourquoi|cómo|cuándo|qué|cuál)\b/i;

/** Reads the agent's last sentence: only a question expects anything in particular. */
export function expectedAnswer(asked: string): ExpectedAnswer {
  if (!asked.trim().endsWith('?')) return 'anything';
  const answer = ASKS.find(([, pattern]) => pattern.test(asked))?.[0] ?? 'anything';
  return answer === 'yes-no' && ASKS_OPENLY.test(asked) ? 'anything' : answer;
}

/** Digits as a recogniser writes them or spells them. */
const DIGIT_WORDS =
  /\b(zero|oh|one|two|three|four|five|six|seven|eight|nine|z[eé]ro|un|deux|trois|quatre|cinq|sept|huit|neuf)\b/g;

const asksForMore: Strategy = ({ words, language }) => {
  const text = plain(words);
  const { continuations } = turnWordsOf(language);
  const trailsOff = /(,|\.\.\.|…|-)\s*$/.test(words.trim());
  return trailsOff || continuations.some((word) => text === word || text.endsWith(` ${word}`)) ? 'more' : 'unknown';
};

const answersWhatWasAsked: Strategy = ({ words, language, asked }) => {
  const text = plain(words);
  switch (expectedAnswer(asked)) {
    case 'yes-no':
      return turnWordsOf(language).yesNo.includes(text) ? 'whole' : 'unknown';
    case 'number': {
      const digits = (text.match(/\d/g)?.length ?? 0) + (text.match(DIGIT_WORDS)?.length ?? 0);
      return digits === 0 ? 'unknown' : digits < 6 ? 'more' : digits >= 10 ? 'whole' : 'unknown';
    }
    case 'e-mail':
      return /(@|\bat\b|\barobase\b).+(\.| dot | point )\s?[a-z]{2,}/i.test(words) ? 'whole' : 'more';
    case 'address':
      return /\d/.test(text) && text.split(' ').length >= 4 ? 'unknown' : 'more';
    default:
      return 'unknown';
  }
};

const recogniserSaysSo: Strategy = ({ endpoint }) => (endpoint ? 'whole' : 'unknown');
const endsLikeASentence: Strategy = ({ words }) => (/[.!?]["»)]?\s*$/.test(words) ? 'whole' : 'unknown');

const STRATEGIES: readonly Strategy[] = [asksForMore, answersWhatWasAsked, recogniserSaysSo, endsLikeASentence];

/**
 * How long the caller may stay quiet, in ms from their last sound, before the agent takes the floor.
 *
 * This is the policy ("may go on"); the safety ("the recogniser is late") is a timer of its own.
 */
export function pauseAfter(evidence: Evidence, turns: TurnSettings): number {
  if (evidence.key !== null) return evidence.key === '#' ? 0 : turns.hesitationMs;
  const verdicts = STRATEGIES.map((strategy) => strategy(evidence));
  if (verdicts.includes('more')) return turns.hesitationMs;
  return verdicts.includes('whole') ? turns.completeMs : turns.pauseMs;
}
