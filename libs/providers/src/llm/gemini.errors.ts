import { ProviderError } from '@app/conversation/ports';
import { ApiError } from '@google/genai';
import { isBrokenBody } from './bounded-fetch.js';

/**
 * What the SDK, `fetch` or the reading of a chunk threw, in our words; a bug comes back as it is. Their SDK has one class
 * for what it was answered with, and throws bare errors, with the chunk in their message, for what it could not read.
 */
export function toProviderError(provider: string, error: unknown): unknown {
  if (error instanceof ProviderError) return error;
  if (error instanceof ApiError)
    return new ProviderError(provider, ProviderError.fromStatus(provider, error.status).failure, {
      cause: new Error(String(error.status)),
    });
  const { name, message, cause } = error as Partial<Error>;
  if (message?.endsWith('sending request')) return toProviderError(provider, cause);
  if (isBrokenBody(error) || isUnsent(error)) return new ProviderError(provider, 'unreachable', { cause });
  return name === 'SyntaxError' || UNREAD.test(message ?? '') ? new ProviderError(provider, 'unreadable') : error;
}

// By name, not by class: `fetch` and `Response` may be of another realm than this code.
const isUnsent = (error: unknown): boolean =>
  (error as Partial<Error>).name === 'TypeError' && (error as Partial<Error>).message === 'fetch failed';

const UNREAD = /^(Incomplete JSON segment|exception parsing|Response body is empty)/;
