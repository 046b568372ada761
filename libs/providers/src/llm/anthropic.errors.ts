import { ProviderError, type ProviderFailure } from '@app/conversation/ports';
import { AnthropicError, APIConnectionError, APIConnectionTimeoutError, APIError } from '@anthropic-ai/sdk';
import { isBrokenBody } from './bounded-fetch.js';

/** Says more than a status (529 is theirs alone), and in the middle of a stream there is no status. */
const MEANING: Partial<Record<string, ProviderFailure>> = {
  overloaded_error: 'overloaded',
  rate_limit_error: 'overloaded',
  timeout_error: 'timed-out',
  api_error: 'unreachable',
  authentication_error: 'refused',
  billing_error: 'refused',
  invalid_request_error: 'refused',
  not_found_error: 'refused',
  permission_error: 'refused',
  request_too_large: 'refused',
};
const OVERLOADED = 529;

/**
 * What the SDK, `fetch` or the reading of an event threw, in our words; a bug comes back as it is.
 * What people said stays out of it: neither their message nor their body goes along.
 */
export function toProviderError(provider: string, error: unknown): unknown {
  if (error instanceof APIConnectionTimeoutError) return new ProviderError(provider, 'timed-out');
  if (error instanceof APIConnectionError) return new ProviderError(provider, 'unreachable', { cause: error.cause });
  if (error instanceof APIError)
    return new ProviderError(provider, failureOf(provider, error), { cause: nameOf(error) });
  if (error instanceof SyntaxError || error instanceof AnthropicError) return new ProviderError(provider, 'unreadable');
  return isBrokenBody(error) ? new ProviderError(provider, 'unreachable', { cause: error }) : error;
}

function failureOf(provider: string, error: APIError): ProviderFailure {
  const meaning = MEANING[error.type ?? ''];
  if (meaning) return meaning;
  if (error.status === OVERLOADED) return 'overloaded';
  return error.status === undefined ? 'unreachable' : ProviderError.fromStatus(provider, error.status).failure;
}

const nameOf = ({ status, type, errorCode, requestID }: APIError): Error =>
  new Error([status, type, errorCode, requestID].filter(Boolean).join(' '));
