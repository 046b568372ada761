import type { ServerResponse } from 'node:http';

export function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Their words for a status. */
const REFUSALS: Readonly<Record<number, { type: string; code: string | null; message: string }>> = {
  400: { type: 'invalid_request_error', code: null, message: 'The request is not valid.' },
  401: { type: 'invalid_request_error', code: 'invalid_api_key', message: 'Incorrect API key provided.' },
  404: { type: 'invalid_request_error', code: 'model_not_found', message: 'The model does not exist.' },
  429: { type: 'requests', code: 'rate_limit_exceeded', message: 'Rate limit reached for requests.' },
};
const BROKEN = { type: 'server_error', code: null, message: 'The server had an error while processing your request.' };

export function refuseBy(response: ServerResponse, status: number, message?: string): void {
  const refusal = { ...(REFUSALS[status] ?? BROKEN), param: null };
  json(response, status, { error: { ...refusal, message: message ?? refusal.message } });
}
