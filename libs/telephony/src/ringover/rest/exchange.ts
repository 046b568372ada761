import { CarrierError } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { RestAnswer } from './operation.js';

export interface HttpRequest {
  url: string;
  method: string;
  headers: Readonly<Record<string, string>>;
  body: string | undefined;
  /** Somebody would notice if it were carried out. */
  changes: boolean;
}

export interface Exchanged {
  status: number;
  answer: RestAnswer;
}

export interface ExchangeParts {
  fetch: typeof fetch;
  clock: Clock;
  timeoutMs: number;
  signal: AbortSignal | undefined;
}

/** A recording of an hour fits; an answer that never ends does not. */
const MAX_ANSWER_BYTES = 128 * 2 ** 20;

/** Failures of before anything was sent: the name, the connection, TLS. */
const NEVER_SENT =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/;

/**
 * Sends one request, once, and reads its whole answer. Redirections are not followed: the key is for this address.
 *
 * @throws CarrierError `unreachable`, `timed-out` (also when the signal aborts), `unreadable`; `uncertain` where it may have been done
 */
export async function exchange(request: HttpRequest, parts: ExchangeParts): Promise<Exchanged> {
  const late = new AbortController();
  const cancel = parts.clock.after(parts.timeoutMs, () => late.abort());
  const signal = parts.signal ? AbortSignal.any([late.signal, parts.signal]) : late.signal;
  try {
    const { url, method, headers, body, changes } = request;
    const response = await parts.fetch(url, { method, headers, body, signal, redirect: 'manual' });
    const bytes = await readAll(response, changes);
    return { status: response.status, answer: new RestAnswer(bytes, response.headers.get('content-type') ?? '') };
  } catch (cause) {
    if (cause instanceof CarrierError) throw cause;
    throw signal.aborted
      ? new CarrierError('ringover', 'timed-out', { cause, uncertain: request.changes })
      : unreachable(cause, request.changes);
  } finally {
    cancel();
  }
}

async function readAll(response: Response, changes: boolean): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of response.body ?? []) {
    sizeBytes += chunk.byteLength;
    if (sizeBytes > MAX_ANSWER_BYTES)
      throw new CarrierError('ringover', 'unreadable', { detail: 'too long an answer', uncertain: changes });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function unreachable(cause: unknown, changes: boolean): CarrierError {
  const code = codeIn(cause);
  const uncertain = changes && !NEVER_SENT.test(code ?? '');
  return new CarrierError('ringover', 'unreachable', { cause, uncertain, ...(code && { detail: code }) });
}

/** `fetch` says "fetch failed", and why in its cause. */
function codeIn(error: unknown, depth = 0): string | undefined {
  if (!(error instanceof Error) || depth > 5) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeIn(error.cause, depth + 1);
}
