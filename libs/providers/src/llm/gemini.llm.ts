import type { LanguageModel, ModelPart, ModelRequest } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { GoogleGenAI } from '@google/genai';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { boundedFetch } from './bounded-fetch.js';
import { toProviderError } from './gemini.errors.js';
import { type GeminiThinking, requestOf } from './gemini.request.js';
import { GeminiAnswer } from './gemini.wire.js';
import { streamedAnswer } from './streamed-answer.js';

export interface GeminiConfig extends VendorConfig {
  /** `low` if not told: a caller waits for each thought. */
  thinking?: GeminiThinking;
}

/** Far above what anybody says in one reply. */
const MAX_ANSWER_BYTES = 4_000_000;
const API_VERSION = 'v1';

/** Gemini's content, streamed. Never asks twice. */
export class GeminiLanguageModel implements LanguageModel {
  readonly name: string;
  readonly #client: GoogleGenAI;

  constructor(
    private readonly config: GeminiConfig,
    private readonly clock: Clock,
  ) {
    this.name = `gemini/${config.model}`;
    this.#client = new GoogleGenAI({
      apiKey: config.apiKey,
      enterprise: false, // what is left out, the SDK looks for in the environment
      httpOptions: {
        baseUrl: config.url,
        apiVersion: API_VERSION,
        fetch: boundedFetch(this.name, MAX_ANSWER_BYTES),
      },
    });
  }

  reply(request: ModelRequest): AsyncGenerator<ModelPart> {
    return streamedAnswer({
      provider: this.name,
      clock: this.clock,
      timeouts: timeoutsOf(this.config),
      request,
      answer: new GeminiAnswer(this.name, request.requestId),
      ask: (signal) => this.#chunks(request, signal),
      toProviderError: (error) => toProviderError(this.name, error),
    });
  }

  async *#chunks(request: ModelRequest, signal: AbortSignal): AsyncGenerator<unknown> {
    const { model, thinking = 'low' } = this.config;
    const asked = requestOf({ name: this.name, model, thinking }, request);
    const headers = { 'X-Client-Request-Id': request.requestId };
    const config = { ...asked.config, abortSignal: signal, httpOptions: { headers } };
    yield* await this.#client.models.generateContentStream({ ...asked, config });
  }
}
