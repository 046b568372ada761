import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { readModelRequest } from '../model-request.js';
import type { DoubleParts } from '../double-parts.js';
import type { Fault } from '../faults.js';
import { streamAnswer, tokensIn, wordsOf } from '../model-stream.js';
import { type Answer, answer } from '../openai/receptionist.js';
import { conversationOf, faultOf, type MessagesRequest, messagesRequest, toolsOf } from './messages.js';
import { type InputTokens, PromptCache } from './prompt-cache.js';
import { thoughtOf } from './thoughts.js';

/** Anthropic's messages, streamed or whole, with a scripted receptionist in place of a model. */
export class AnthropicDouble {
  readonly #cache = new PromptCache();

  constructor(private readonly parts: DoubleParts) {}

  /** Answers one request to `/v1/…`. */
  async take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const { headers, method } = request;
    if (!/^Bearer \S+/.test(headers.authorization ?? '') && !headers['x-api-key']) return refuseBy(response, 401);
    if (!headers['anthropic-version']) return refuseBy(response, 400, 'anthropic-version: header is required');
    if (path !== '/v1/messages' || method !== 'POST') return refuseBy(response, 404, `Not found: ${path}`);
    const requestId = String(headers['x-client-request-id'] ?? '');
    const fault = this.parts.faults.take('model', requestId);
    if (fault?.kind === 'status') return refuseBy(response, fault.status);
    if (fault?.kind === 'hang') return;
    const asked = readModelRequest(await textOf(request), messagesRequest, faultOf);
    if (typeof asked === 'string') return refuseBy(response, 400, asked);
    const messages = conversationOf(asked);
    const told = fault?.kind === 'empty' ? { text: '', calls: [] } : answer(messages, toolsOf(asked));
    const atMs = this.parts.clock.date().getTime();
    const seen = messages.map(({ content, ...message }) => ({ ...message, content: typeof content === 'string' ? content : null })); // prettier-ignore
    this.parts.evidence.noteRequest({ requestId, atMs, messages: seen, model: asked.model, answer: told });
    const blocks = blocksOf(told, asked);
    const message = messageOf(asked, this.#cache.count(asked));
    if (asked.stream) return this.#stream(response, { message, blocks, told, fault });
    const usage = { ...message.usage, output_tokens: outputTokens(told) };
    json(response, 200, { ...message, content: blocks.map(wholeOf), stop_reason: stopOf(told), usage });
  }

  #stream(
    response: ServerResponse,
    { message, blocks, told, fault }: { message: Message; blocks: readonly Block[]; told: Answer; fault: Fault | undefined }, // prettier-ignore
  ): Promise<void> {
    const end = { stop_reason: stopOf(told), stop_sequence: null };
    return streamAnswer(response, this.parts, {
      headers: { 'request-id': `req_${randomUUID()}` },
      opening: event('message_start', { message }) + event('ping', {}),
      tokens: blocks.flatMap((block, index) => [...eventsOf(block, index)]),
      closing:
        event('message_delta', { delta: end, usage: { output_tokens: outputTokens(told) } }) +
        event('message_stop', {}),
      malformed: 'event: content_block_delta\ndata: {"type":"content_block_del\n\n',
      fault,
    });
  }
}

const event = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`;

/** A block of an answer: how it begins, and what then comes in pieces. */
interface Block {
  begin: Record<string, unknown>;
  deltas: readonly Record<string, unknown>[];
}

/** A thought where thinking is on, the text, and each function with its arguments in pieces, the first of them empty. */
function blocksOf({ text, calls }: Answer, { thinking }: MessagesRequest): Block[] {
  const thinks = thinking !== undefined && thinking.type !== 'disabled' && calls.length > 0;
  const thought = thoughtOf(`The caller needs ${calls.map(({ name }) => name).join(', ')}.`);
  return [
    ...(thinks ? [thoughtBlock(thought)] : []),
    ...(text ? [{ begin: { type: 'text', text: '' }, deltas: wordsOf(text).map((word) => ({ type: 'text_delta', text: word })) }] : []), // prettier-ignore
    ...calls.map(({ name, arguments: args }) => ({
      begin: { type: 'tool_use', id: `toolu_${randomUUID().replaceAll('-', '')}`, name, input: {} },
      deltas: ['', ...(JSON.stringify(args).match(/.{1,12}/gs) ?? [])].map((piece) => ({ type: 'input_json_delta', partial_json: piece })), // prettier-ignore
    })),
  ];
}

const thoughtBlock = ({ thinking, signature }: { thinking: string; signature: string }): Block => ({
  begin: { type: 'thinking', thinking: '', signature: '' },
  deltas: [...wordsOf(thinking).map((word) => ({ type: 'thinking_delta', thinking: word })), { type: 'signature_delta', signature }], // prettier-ignore
});

function* eventsOf({ begin, deltas }: Block, index: number): Generator<string> {
  yield event('content_block_start', { index, content_block: begin });
  for (const delta of deltas) yield event('content_block_delta', { index, delta });
  yield event('content_block_stop', { index });
}

/** The block as an answer holds it that is not streamed. */
function wholeOf({ begin, deltas }: Block): Record<string, unknown> {
  const all = (field: string) => deltas.map((delta) => delta[field] ?? '').join('');
  if (begin['type'] === 'text') return { ...begin, text: all('text') };
  if (begin['type'] === 'tool_use') return { ...begin, input: JSON.parse(all('partial_json')) as unknown };
  return { ...begin, thinking: all('thinking'), signature: all('signature') };
}

type Message = ReturnType<typeof messageOf>;

const messageOf = ({ model }: MessagesRequest, input: InputTokens) => ({
  id: `msg_${randomUUID().replaceAll('-', '')}`,
  type: 'message',
  role: 'assistant',
  model,
  content: [],
  stop_reason: null,
  stop_sequence: null,
  usage: { ...input, output_tokens: 1 },
});

const stopOf = ({ calls }: Answer): string => (calls.length > 0 ? 'tool_use' : 'end_turn');

const outputTokens = ({ text, calls }: Answer): number => tokensIn(text + JSON.stringify(calls));

/** Their names for a status. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  504: 'timeout_error',
  529: 'overloaded_error',
};

function refuseBy(response: ServerResponse, status: number, message = 'The double was told to refuse.'): void {
  const error = { type: REFUSALS[status] ?? 'api_error', message };
  json(response, status, { type: 'error', error, request_id: `req_${randomUUID()}` });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
