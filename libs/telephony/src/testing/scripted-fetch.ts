/** One request as it went out. */
export interface Sent {
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}

/** `empty`: an answer without a body; an Error: the connection failed; `silence`: nothing, until it is given up. */
export type Reply = { status: number; body?: string | object; type?: string } | Error | 'silence';

/** A `fetch` that plays replies in order, the last again and again, and keeps what it was asked. */
export function scriptedFetch(...replies: Reply[]): { fetch: typeof fetch; sent: Sent[] } {
  const sent: Sent[] = [];
  const play: typeof fetch = (input, init) => {
    const { method = 'GET', headers, body, signal } = init ?? {};
    sent.push({
      method,
      url: String(input),
      headers: headers as Record<string, string>,
      body: typeof body === 'string' ? JSON.parse(body) : undefined,
    });
    const reply = replies[Math.min(sent.length, replies.length) - 1] ?? 'silence';
    if (reply instanceof Error) return Promise.reject(reply);
    if (reply === 'silence')
      return new Promise((_resolve, reject) =>
        signal?.addEventListener('abort', () => reject(signal.reason as Error), { once: true }),
      );
    const text = typeof reply.body === 'object' ? JSON.stringify(reply.body) : (reply.body ?? '');
    const type = reply.type ?? (typeof reply.body === 'string' ? 'text/plain' : 'application/json');
    return Promise.resolve(
      new Response(reply.status === 204 ? null : text, { status: reply.status, headers: { 'content-type': type } }),
    );
  };
  return { fetch: play, sent };
}

/** What undici throws when nobody listens, or when the connection breaks in the middle. */
export const failedFetch = (code: string): Error =>
  new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) });
