import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text as textOf } from 'node:stream/consumers';
import { readModelRequest } from '../model-request.js';
import type { DoubleParts } from '../double-parts.js';
import { streamAnswer, tokensIn, wordsOf } from '../model-stream.js';
import { type Answer, answer } from '../openai/receptionist.js';
import { type ContentRequest, contentRequest, conversationOf, faultOf, signatureOf, toolsOf } from './contents.js';

const METHOD = /^\/v1(?:beta)?\/models\/([^/:]+):(streamGenerateContent|generateContent)$/;

/** Gemini's content, streamed or whole, with a scripted receptionist in place of a model. */
export class GeminiDouble {
  constructor(private readonly parts: DoubleParts) {}

  /** Answers one request to `/v1/…`; `?alt=sse` or not, a stream is one of events. */
  async take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const [, model, method] = METHOD.exec(path) ?? [];
    if (!request.headers['x-goog-api-key']) return refuseBy(response, 403);
    if (!model || request.method !== 'POST') return refuseBy(response, 404, `There is nothing at ${path}`);
    const requestId = String(request.headers['x-client-request-id'] ?? '');
    const fault = this.parts.faults.take('model', requestId);
    if (fault?.kind === 'status') return refuseBy(response, fault.status);
    if (fault?.kind === 'hang') return;
    const asked = readModelRequest(await textOf(request), contentRequest, faultOf);
    if (typeof asked === 'string') return refuseBy(response, 400, asked);
    const messages = conversationOf(asked);
    const told = fault?.kind === 'empty' ? { text: '', calls: [] } : answer(messages, toolsOf(asked));
    const atMs = this.parts.clock.date().getTime();
    const seen = messages.map(({ content, ...message }) => ({ ...message, content: typeof content === 'string' ? content : null })); // prettier-ignore
    this.parts.evidence.noteRequest({ requestId, atMs, messages: seen, model, answer: told });
    const frame = { modelVersion: model, responseId: randomUUID() };
    const usageMetadata = usageOf(asked, told);
    const calls = callParts(told);
    if (method === 'generateContent')
      return json(response, 200, { ...candidate([...(told.text ? [{ text: told.text }] : []), ...calls], 'STOP'), usageMetadata, ...frame }); // prettier-ignore
    const event = (chunk: object) => `data: ${JSON.stringify({ ...chunk, ...frame })}\r\n\r\n`;
    const texts = wordsOf(told.text).map((text) => event({ ...candidate([{ text }]), usageMetadata }));
    return streamAnswer(response, this.parts, {
      tokens: calls.length > 0 ? [...texts, event({ ...candidate(calls), usageMetadata })] : texts,
      closing: event({ ...candidate([{ text: '' }], 'STOP'), usageMetadata }),
      malformed: 'data: {"candidates":[{"con\r\n\r\n',
      fault,
    });
  }
}

const candidate = (parts: readonly object[], finishReason?: string) => ({
  candidates: [{ content: { role: 'model', parts }, ...(finishReason && { finishReason }), index: 0 }],
});

/** Whole, together, and the first of them signed. */
const callParts = ({ calls }: Answer): object[] =>
  calls.map(({ name, arguments: args }, n) => ({
    functionCall: { id: randomUUID().slice(0, 8), name, args },
    ...(n === 0 && { thoughtSignature: signatureOf({ name, args }) }),
  }));

function usageOf({ contents, systemInstruction, tools }: ContentRequest, { text, calls }: Answer): object {
  const promptTokenCount = tokensIn(JSON.stringify([systemInstruction, tools, contents]));
  const candidatesTokenCount = tokensIn(text + JSON.stringify(calls));
  return { promptTokenCount, candidatesTokenCount, totalTokenCount: promptTokenCount + candidatesTokenCount };
}

/** Their names for a status. */
const REFUSALS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  503: 'UNAVAILABLE',
  504: 'DEADLINE_EXCEEDED',
};

function refuseBy(response: ServerResponse, code: number, message = 'The double was told to refuse.'): void {
  json(response, code, { error: { code, message, status: REFUSALS[code] ?? 'INTERNAL' } });
}

function json(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
