import { ProviderError, type ProviderFailure } from '@app/conversation/ports';
import { APIConnectionError, APIConnectionTimeoutError, APIError, OpenAIError } from 'openai';
import { isBrokenBody } from './bounded-fetch.js';

/** In the middle of a stream an error has no status, but a code or a type. */
const MEANING: Partial<Record<string, ProviderFailure>> = {
  invalid_request_error: 'refused',
  rate_limit_exceeded: 'overloaded',
  rate_limit_error: 'overloaded',
};

/**
 * What the SDK, `fetch` or the reading of a chunk threw, in our words; a bug comes back as it is.
 * What people said stays out of it: neither their message nor their body goes along.
 */
export function toProviderError(provider: string, error: unknown): unknown {
  if (error instanceof APIConnectionTimeoutError) return new ProviderError(provider, 'timed-out');
  if (error instanceof APIConnectionError) return new ProviderError(provider, 'unreachable', { cause: error.cause });
  if (error instanceof APIError)
    return new ProviderError(provider, failureOf(provider, error), { cause: nameOf(error) });
  if (error instanceof SyntaxError || error instanceof OpenAIError) return new ProviderError(provider, 'unreadable');
  return isBrokenBody(error) ? new ProviderError(provider, 'unreachable', { cause: error }) : error;
}

function failureOf(provider: string, { code, type, ...error }: APIError): ProviderFailure {
  const status = error.status as number | undefined;
  if (code === 'insufficient_quota') return 'refused'; // a 429 that waiting does not heal
  if (status !== undefined) return ProviderError.fromStatus(provider, status).failure;
  return MEANING[code ?? ''] ?? MEANING[type ?? ''] ?? 'unreachable';
}

const nameOf = ({ status, code, type, requestID }: APIError): Error =>
  new Error([status, code, type, requestID].filter(Boolean).join(' '));
