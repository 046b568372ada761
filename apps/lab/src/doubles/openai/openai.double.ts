import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { readModelRequest } from '../model-request.js';
import type { Fault } from '../faults.js';
import { streamAnswer, tokensIn, wordsOf } from '../model-stream.js';
import type { EarParts } from '../open-ear.js';
import type { VoiceParts } from '../voice-parts.js';
import { type ChatRequest, chatRequest, faultOf } from './chat.js';
import { type Answer, answer } from './receptionist.js';
import { json, refuseBy } from './refusals.js';
import { answerOfShape } from './report.js';
import { answerSpeech, SPEECH_PATH } from './speech.double.js';
import { TranscriptionDouble } from './transcription.double.js';

const MOST_BODY_BYTES = 2_000_000;

/**
 * OpenAI over HTTP: chat completions with a scripted receptionist in place of a model, transcription of files, and its voices.
 */
export class OpenAiDouble {
  readonly #transcriptions: TranscriptionDouble;

  constructor(private readonly parts: EarParts & VoiceParts) {
    this.#transcriptions = new TranscriptionDouble(parts);
  }

  /** Answers one request to `/v1/…`. */
  async take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    if (!/^Bearer \S+/.test(request.headers.authorization ?? '')) return refuseBy(response, 401);
    if (path === '/v1/models')
      return json(response, 200, { object: 'list', data: [{ id: 'receptionist', object: 'model' }] });
    if (path === '/v1/audio/transcriptions' && request.method === 'POST')
      return this.#transcriptions.take(request, response);
    if (path === SPEECH_PATH && request.method === 'POST')
      return answerSpeech(request, response, this.parts, (status, message) => refuseBy(response, status, message));
    if (path !== '/v1/chat/completions' || request.method !== 'POST')
      return refuseBy(response, 404, `Unknown request URL: ${path}`);
    const fault = this.parts.faults.take('model', requestIdOf(request));
    if (fault?.kind === 'status') return refuseBy(response, fault.status);
    if (fault?.kind === 'hang') return;
    const asked = await read(request);
    if (typeof asked === 'string') return refuseBy(response, 400, asked);
    const told = fault?.kind === 'empty' ? { text: '', calls: [] } : answerTo(asked);
    if (!asked.response_format) this.#note(request, asked, told); // what is asked in a shape is no turn of the call
    if (asked.stream) return this.#stream(response, asked, told, fault);
    json(response, 200, whole(asked, told, this.#now()));
  }

  close(): void {
    this.#transcriptions.close();
  }

  #now(): number {
    return this.parts.clock.date().getTime();
  }

  #note(request: IncomingMessage, { messages, model }: ChatRequest, answered: Answer): void {
    const requestId = requestIdOf(request);
    const seen = messages.map((message) => ({
      ...message,
      content: typeof message.content === 'string' ? message.content : null,
    }));
    this.parts.evidence.noteRequest({ requestId, atMs: this.#now(), messages: seen, model, answer: answered });
  }

  #stream(response: ServerResponse, asked: ChatRequest, told: Answer, fault: Fault | undefined): Promise<void> {
    const id = `chatcmpl-${randomUUID()}`;
    const frame = frameOf(id, asked, this.#now());
    const event = (chunk: object) => `data: ${JSON.stringify({ ...frame, ...chunk })}\n\n`;
    const tokens = [...deltasOf(told)].map((delta) => event({ choices: [{ index: 0, delta, finish_reason: null }] }));
    const finish = event({ choices: [{ index: 0, delta: {}, finish_reason: finishOf(told) }] });
    const usage = asked.stream_options?.include_usage ? event({ choices: [], usage: usageOf(asked, told) }) : '';
    return streamAnswer(response, this.parts, {
      headers: { 'x-request-id': id },
      tokens,
      closing: `${finish}${usage}data: [DONE]\n\n`,
      malformed: 'data: {"choices":[{"del\n\n',
      fault,
    });
  }
}

const answerTo = ({ messages, tools, response_format: format }: ChatRequest): Answer =>
  format ? { text: answerOfShape(messages, format.json_schema.schema), calls: [] } : answer(messages, tools ?? []);

const requestIdOf = (request: IncomingMessage): string => String(request.headers['x-client-request-id'] ?? '');

/** The request, or what is wrong with it. */
async function read(request: IncomingMessage): Promise<ChatRequest | string> {
  if (Number(request.headers['content-length'] ?? 0) > MOST_BODY_BYTES) return 'request too large';
  return readModelRequest(await textOf(request), chatRequest, faultOf);
}

type Delta = Record<string, unknown>;

/** The role, then text word by word, then each function with its name first and its arguments in pieces. */
function* deltasOf({ text, calls }: Answer): Generator<Delta> {
  yield { role: 'assistant', content: '' };
  for (const token of wordsOf(text)) yield { content: token };
  for (const [index, { name, arguments: args }] of calls.entries()) {
    yield { tool_calls: [{ index, id: `call_${randomUUID()}`, type: 'function', function: { name, arguments: '' } }] };
    for (const piece of JSON.stringify(args).match(/.{1,12}/gs) ?? []) {
      yield { tool_calls: [{ index, function: { arguments: piece } }] };
    }
  }
}

const finishOf = ({ calls }: Answer): string => (calls.length > 0 ? 'tool_calls' : 'stop');

const frameOf = (id: string, { model }: ChatRequest, nowMs: number) => ({
  id,
  object: 'chat.completion.chunk',
  created: Math.floor(nowMs / 1_000),
  model,
});

function whole(asked: ChatRequest, told: Answer, nowMs: number): object {
  const calls = told.calls.map(({ name, arguments: args }) => ({
    id: `call_${randomUUID()}`,
    type: 'function',
    function: { name, arguments: JSON.stringify(args) },
  }));
  const message = { role: 'assistant', content: told.text || null, ...(calls.length > 0 && { tool_calls: calls }) };
  return {
    ...frameOf(`chatcmpl-${randomUUID()}`, asked, nowMs),
    object: 'chat.completion',
    choices: [{ index: 0, message, finish_reason: finishOf(told) }],
    usage: usageOf(asked, told),
  };
}

function usageOf({ messages }: ChatRequest, { text }: Answer): object {
  const [prompt, completion] = [tokensIn(JSON.stringify(messages)), tokensIn(text)];
  return {
    prompt_tokens: prompt,
    completion_tokens: completion,
    total_tokens: prompt + completion,
    prompt_tokens_details: { cached_tokens: 0 },
  };
}
