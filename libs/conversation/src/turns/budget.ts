import type { Call } from '../call.js';
import type { Draft } from '../draft.js';
import type { CallSettings } from '../ports/index.js';
import { sayTimeIsUp } from './ending.js';

/** From this share of its budget on a call is careful. */
const NEAR = 0.8;
/** When its budget is spent, a call has so long for what it is saying and for its last words. Milliseconds. */
const LAST_WORDS_MS = 45_000;
const NANO = 1e9;

/** Told to the model alone, at the end of the history: what stands before it stays as the provider has cached it. */
const BE_BRIEF = 'From now on answer in one short sentence, and come to an end with the caller’s request.';

/** How a call that begins with these settings stands to its budget; null: it has none. */
export const budgetOf = ({ budget, overflow, phrases }: CallSettings): Call['budget'] =>
  budget
    ? {
        usd: budget.usd,
        spentUsd: 0,
        state: 'enough',
        closing: budget.closing ?? phrases.goodbye,
        transferTo: budget.transferTo === undefined ? (overflow?.transferTo ?? null) : budget.transferTo,
      }
    : null;

/** Something was used that has a price. */
export function spend(draft: Draft, usd: number): void {
  const { budget, phase } = draft.call;
  if (!budget || usd <= 0) return;
  const spentUsd = Math.round((budget.spentUsd + usd) * NANO) / NANO;
  draft.put({ budget: { ...budget, spentUsd } });
  if (phase === 'closed') return;
  if (spentUsd >= NEAR * budget.usd) becomeNear(draft);
  if (spentUsd >= budget.usd) becomeSpent(draft);
}

/** Whether an answer may be begun on a guess: one that is thrown away has its price too. */
export const mayGuess = ({ budget }: Call): boolean => budget === null || budget.state === 'enough';

/** Another agent has the call: its model, too, is the cheaper one. */
export function staysThrifty(draft: Draft): void {
  if (!mayGuess(draft.call)) draft.do({ type: 'use-cheaper-model' });
}

/** Nothing is asked of a model any more. */
export const isClosing = ({ budget, timeIsUp }: Call): boolean => budget?.state === 'spent' && timeIsUp;

/**
 * The call ends after what is being said, or at the end of the caller's turn: nobody is talked over. One that a person
 * took over is theirs, until they give it back.
 */
export function closeWhenSpent(draft: Draft): boolean {
  const { budget, desk, timeIsUp, phase, caller } = draft.call;
  if (budget?.state !== 'spent' || timeIsUp || phase !== 'talking' || desk.takenBy !== null) return false;
  draft.put({ timeIsUp: true });
  draft.setTimer('time-limit', draft.atMs + LAST_WORDS_MS);
  if (!draft.reply?.released && caller.floor === 'quiet') sayTimeIsUp(draft);
  return true;
}

function becomeNear(draft: Draft): void {
  const { budget, messages } = draft.call;
  if (budget?.state !== 'enough') return;
  const { spentUsd, usd } = budget;
  draft.put({ budget: { ...budget, state: 'near' }, messages: [...messages, { role: 'system', text: BE_BRIEF }] });
  draft.tell({ type: 'budget.near', spentUsd, budgetUsd: usd });
  draft.do({ type: 'use-cheaper-model' });
}

function becomeSpent(draft: Draft): void {
  const { budget } = draft.call;
  if (budget?.state !== 'near') return;
  const { spentUsd, usd } = budget;
  draft.put({ budget: { ...budget, state: 'spent' } });
  draft.tell({ type: 'budget.spent', spentUsd, budgetUsd: usd });
  closeWhenSpent(draft);
}
