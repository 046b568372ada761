import { StoreError } from '@app/conversation/ports';
import type { Outdated } from '@app/persistence';
import { Problem, type ProblemCode } from './problem.js';

/** What a store found, or wrote. @throws Problem when it is not there, or was changed since it was read */
export function mustBeThere<Thing extends object | 'removed'>(outcome: Thing | Outdated, notFound: ProblemCode): Thing {
  if (outcome === 'unknown') throw new Problem(notFound);
  if (outcome === 'stale') throw new Problem('precondition.failed');
  return outcome as Thing;
}

/** Says which of the things that were named was not there, or there already. @throws Problem, in place of a StoreError */
export async function refusedAs<Answer>(
  answer: Promise<Answer>,
  codes: { notFound?: ProblemCode; conflict?: ProblemCode },
): Promise<Answer> {
  try {
    return await answer;
  } catch (error) {
    if (!(error instanceof StoreError)) throw error;
    const { failure } = error;
    const code = failure === 'not-found' ? codes.notFound : failure === 'conflict' ? codes.conflict : undefined;
    throw code ? new Problem(code) : error;
  }
}
