import { CarrierError } from '@app/conversation/ports';
import { isRecord } from '../lossless-json.js';
import { readText } from '../ringover-values.js';
import type { Operation, RestAnswer } from './operation.js';

/** Reasons of theirs that are the same for everybody, and so may stand in a message. */
const KNOWN_REASONS: ReadonlySet<string> = new Set([
  'Missing API key',
  'Invalid user',
  'Read only',
  'It is not your number',
]);

type Asked = Pick<Operation<never, unknown>, 'kind' | 'absent'>;

/** What an answer of 300 and above means; 401 and 403 are for whoever can ask whether the key is known. */
export function refusalOf(status: number, answer: RestAnswer, { kind, absent }: Asked): CarrierError {
  const uncertain = kind === 'once';
  if (status === 404) return notThere(answer, absent);
  if (status === 402) return refused('no credit for texts');
  if (status === 408 || status === 504) return new CarrierError('ringover', 'timed-out', { uncertain });
  if (status === 429) return new CarrierError('ringover', 'overloaded', { detail: 'told to slow down' });
  if (status >= 500) return new CarrierError('ringover', 'unreachable', { detail: `status ${status}`, uncertain });
  return refused(reasonOf(answer) ?? `status ${status}`);
}

/** A plain text is what an address gets that is none of theirs: a wrong path in our configuration. */
function notThere(answer: RestAnswer, absent: Asked['absent']): CarrierError {
  if (!isRecord(jsonOf(answer))) return new CarrierError('ringover', 'cannot', { detail: 'nothing at this address' });
  return new CarrierError('ringover', absent === 'nothing' ? 'not-found' : absent);
}

/** 404 in their own words, of a thing that may well not be there. */
export const isAbsence = (status: number, answer: RestAnswer, { absent }: Asked): boolean =>
  status === 404 && absent === 'nothing' && isRecord(jsonOf(answer));

export const refused = (detail: string, cause?: unknown): CarrierError =>
  new CarrierError('ringover', 'refused', { detail, cause });

/** Their own words, if they are known to say nothing of anybody. */
export function reasonOf(answer: RestAnswer): string | undefined {
  const json = jsonOf(answer);
  const reason = isRecord(json) ? (readText(json.error) ?? readText(json.message)) : undefined;
  return reason !== undefined && KNOWN_REASONS.has(reason) ? reason : undefined;
}

function jsonOf(answer: RestAnswer): unknown {
  try {
    return answer.json();
  } catch {
    return undefined;
  }
}
