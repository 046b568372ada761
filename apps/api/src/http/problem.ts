import { StoreError } from '@app/conversation/ports';
import { OperationalError } from '@app/kernel';
import { HttpException } from '@nestjs/common';

/**
 * All that can go wrong for whoever asks us over HTTP. Codes are stable: they are added, never renamed. `detail` says
 * what to do, and holds nothing of the request and nothing of our inside.
 */
export const PROBLEMS = {
  'request.invalid': { status: 400, detail: 'Something in the request is not as described; see errors.' },
  'request.unreadable': { status: 400, detail: 'The body is not JSON.' },
  'request.refused': { status: 400, detail: 'The request cannot be worked with.' },
  'auth.no-key': { status: 401, detail: 'Send a key or an access token as "Authorization: Bearer …".' },
  'auth.refused': { status: 401, detail: 'The key, token or signature is not valid, or not any more.' },
  'auth.wrong-password': { status: 401, detail: 'Address or password are not right, or sign-in is not open to you.' },
  'auth.forbidden': { status: 403, detail: 'Whoever asks may not do that.' },
  'auth.too-many-tries': { status: 429, detail: 'Too many tries; wait as long as Retry-After says.' },
  'auth.no-sign-in': { status: 501, detail: 'Nobody signs in here: AUTH_SECRET is not set. Use an API key.' },
  'person.not-found': { status: 404, detail: 'There is no such person.' },
  'person.exists': { status: 409, detail: 'Somebody has this address already.' },
  'person.last-admin': { status: 409, detail: 'An admin must remain who can sign in.' },
  'session.not-found': { status: 404, detail: 'You have no such session.' },
  'key.not-found': { status: 404, detail: 'There is no such key.' },
  'route.not-found': { status: 404, detail: 'There is nothing at this address; see /api/v1/docs.' },
  'call.not-found': { status: 404, detail: 'There is no such call.' },
  'call.no-log': { status: 404, detail: 'No log of this call is kept.' },
  'call.no-cost': { status: 404, detail: 'Nobody counted what this call used.' },
  'call.no-recording': { status: 404, detail: 'No recording of this call is kept here.' },
  'call.ended': { status: 409, detail: 'The call has ended already.' },
  'call.not-over': { status: 409, detail: 'The call goes on, or its record is being stored; ask again after that.' },
  'call.leaving': { status: 409, detail: 'The call is being ended, or was sent elsewhere.' },
  'call.not-served': { status: 409, detail: 'The caller is being turned away; nothing can be done but hang up.' },
  'call.on-hold': { status: 409, detail: 'The caller is on hold and hears music; resume the call first.' },
  'call.agent-muted': { status: 409, detail: 'The agent is muted; unmute it first.' },
  'call.calling-person': {
    status: 409,
    detail: 'A person is being called to take it over; resume the call to stop that.',
  },
  carrier_cannot: { status: 409, detail: 'The carrier of this call cannot do that, or not in this form; see can.' },
  'command.not-found': { status: 404, detail: 'No command of this id was given to this call within a day.' },
  'agent.unable': { status: 409, detail: 'A provider of this agent is not configured here, or is down now.' },
  'report.none': { status: 404, detail: 'Nobody carried this call; there is nothing to report.' },
  'report.pending': { status: 409, detail: 'The report is not made yet; ask again after the call has ended.' },
  'outbound.not-configured': { status: 501, detail: 'This installation places no calls, or not in this way.' },
  'outbound.variables-missing': {
    status: 422,
    detail: 'What the agent says has places that nothing fills; see errors.',
  },
  'outbound.no-window': { status: 422, detail: 'There is no time at which it may be dialled; see notAfter and hours.' },
  'outbound.not-queued': { status: 409, detail: 'It is not in the queue, or not any more; see the call.' },
  'contact.no-consent': { status: 409, detail: 'This person has not agreed to such a call, or not any more.' },
  'rule.no-agent': {
    status: 422,
    detail: 'The rule sends calls to a number elsewhere; it has no agent that could call.',
  },
  'contact.not-found': { status: 404, detail: 'There is no such contact.' },
  'contact.exists': { status: 409, detail: 'There is a contact with this number already.' },
  'number.not-found': { status: 404, detail: 'There is no such number of ours.' },
  'number.exists': { status: 409, detail: 'The number is ours already.' },
  'number.no-agent': { status: 422, detail: 'There is no such agent to answer it.' },
  'rule.not-found': { status: 404, detail: 'There is no such rule.' },
  'rule.too-many': { status: 409, detail: 'There are 200 rules; remove one first.' },
  'carrier.not-configured': { status: 501, detail: 'No carrier is set up that could be asked.' },
  'carrier.failed': { status: 502, detail: 'The carrier refused, or its answer cannot be read.' },
  'contact.do-not-call': { status: 409, detail: 'This person does not want to be called.' },
  'agent.no-number': { status: 409, detail: 'The agent has no number to call from, or not this one.' },
  'agent.no-free-line': { status: 409, detail: 'All lines of the agent are in use; ask again later.' },
  'idempotency.mismatch': { status: 409, detail: 'This Idempotency-Key was used for another request.' },
  'agent.exists': { status: 409, detail: 'There is an agent of this slug already.' },
  'agent.no-draft': { status: 409, detail: 'Nothing is worked on; save a draft first.' },
  'agent.has-numbers': { status: 409, detail: 'Give its numbers to another agent first.' },
  'agent.invalid': { status: 422, detail: 'It cannot go live like this; see errors.' },
  'agent.no-version': { status: 404, detail: 'The agent has no such version.' },
  'agent.not-found': { status: 404, detail: 'There is no such agent.' },
  'command.failed': { status: 500, detail: 'It broke on the way; what of it was done is not known. See the call.' },
  'request.too-many': { status: 429, detail: 'Too many requests; wait as long as Retry-After says.' },
  'precondition.failed': { status: 412, detail: 'It was changed since; read it again.' },
  'precondition.required': { status: 428, detail: 'Send the ETag that you saw as If-Match.' },
  'request.conflict': { status: 409, detail: 'This contradicts what is there already.' },
  'request.too-large': { status: 413, detail: 'The body is larger than 100 kB.' },
  'request.media-type': { status: 415, detail: 'Send application/json in UTF-8.' },
  'service.internal': { status: 500, detail: 'Something of ours broke; tell us the request id.' },
  'service.not-ready': { status: 503, detail: 'The service cannot work now; see checks.' },
  'service.unavailable': { status: 503, detail: 'A store cannot be reached now; ask again in a moment.' },
} as const satisfies Record<string, { status: number; detail: string }>;

export type ProblemCode = keyof typeof PROBLEMS;

export interface FieldError {
  /** Path in the body or the query: `limit`, `items.0.name`. */
  field: string;
  /** What is expected there. */
  problem: string;
}

export interface ProblemExtras {
  errors?: readonly FieldError[];
  checks?: Readonly<Record<string, string>>;
  /** Also sent as the header. */
  retryAfterS?: number;
}

/** An answer that is not what was asked for. */
export class Problem extends OperationalError {
  readonly retryable: boolean;
  readonly status: number;

  /** @param extras stand beside the members of RFC 9457: safe for whoever asked */
  constructor(
    readonly code: ProblemCode,
    readonly extras: ProblemExtras = {},
    options?: { cause?: unknown },
  ) {
    super(code, options);
    this.status = PROBLEMS[code].status;
    this.retryable = this.status === 503;
  }
}

const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  401: 'auth.refused',
  403: 'auth.forbidden',
  404: 'route.not-found',
  409: 'request.conflict',
  413: 'request.too-large',
  415: 'request.media-type',
  429: 'request.too-many',
  503: 'service.unavailable',
};

/** What is answered to whoever asked, whatever was thrown. */
export function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof StoreError) return new Problem(ofStore(error), {}, { cause: error });
  if (error instanceof OperationalError && error.retryable)
    return new Problem('service.unavailable', {}, { cause: error });
  if (!(error instanceof HttpException)) return new Problem('service.internal', {}, { cause: error });
  const status = error.getStatus();
  if (status === 400 && error.cause instanceof SyntaxError) return new Problem('request.unreadable');
  const fallback = status >= 500 ? 'service.internal' : 'request.refused';
  return new Problem(BY_STATUS[status] ?? fallback, {}, { cause: error });
}

/** A store's `not-found` is no answer to a request: which thing is not there is known by the controller only. */
function ofStore({ failure }: StoreError): ProblemCode {
  if (failure === 'unavailable') return 'service.unavailable';
  return failure === 'conflict' ? 'request.conflict' : 'service.internal';
}
