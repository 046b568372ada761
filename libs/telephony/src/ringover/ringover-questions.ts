import type { RingoverAskedEvent, RingoverQuestion } from './ringover-event.js';
import { readDirection, readId, readInstant, readPhoneNumber, readUserId } from './ringover-values.js';

type Data = Readonly<Record<string, unknown>>;

/** The events that Ringover sends while it handles a call; undefined for any other. */
export function readQuestion(
  name: { resource: string | undefined; event: string | undefined },
  data: Data,
  timestamp: unknown,
): RingoverAskedEvent | undefined {
  if (name.resource === 'search' && name.event === 'contact') return searchOf(data);
  const callId = readId(data.call_id);
  if (name.resource !== 'call' || callId === undefined) return undefined;
  const question: RingoverQuestion = {
    callId,
    direction: readDirection(data.direction),
    from: readPhoneNumber(data.from_number),
    to: readPhoneNumber(data.to_number),
    at: readInstant(timestamp),
  };
  if (name.event === 'routing') return { ...question, type: 'routing' };
  if (name.event === 'contact') return { ...question, type: 'contact-call' };
  const code = name.event === 'ivr_response_code' ? readCode(data.code) : undefined;
  return code === undefined ? undefined : { ...question, type: 'ivr-code', code };
}

const MAX_QUERY_CHARACTERS = 200;

function searchOf({ query_search: query, user_id: userId }: Data): RingoverAskedEvent {
  const text = typeof query === 'number' ? String(query) : typeof query === 'string' ? query : '';
  return { type: 'contact-search', query: text.trim().slice(0, MAX_QUERY_CHARACTERS), userId: readUserId(userId) };
}

/** An integer in every sample; a text would keep leading zeros. */
function readCode(code: unknown): string | undefined {
  const text = typeof code === 'number' && Number.isSafeInteger(code) ? String(code) : code;
  return typeof text === 'string' && /^\d{1,32}$/.test(text) ? text : undefined;
}
