import type { LanguageModel, ModelPart, ModelRequest } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import OpenAI from 'openai';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { boundedFetch } from './bounded-fetch.js';
import { toProviderError } from './openai.errors.js';
import { OpenAiAnswer, OPENAI_DIALECT, type OpenAiDialect, requestBody } from './openai.wire.js';
import { streamedAnswer } from './streamed-answer.js';

export interface OpenAiConfig extends VendorConfig {
  /** `openai` if not told; a compatible server is a vendor of its own. */
  vendor?: string;
  /** Where a compatible server differs. */
  dialect?: Partial<OpenAiDialect>;
}

/** Far above what anybody says in one reply. */
const MAX_ANSWER_BYTES = 4_000_000;

/** OpenAI's chat completions, streamed; by `url` also any server that speaks them. Never asks twice. */
export class OpenAiLanguageModel implements LanguageModel {
  readonly name: string;
  readonly #client: OpenAI;

  constructor(
    private readonly config: OpenAiConfig,
    private readonly clock: Clock,
  ) {
    this.name = `${config.vendor ?? 'openai'}/${config.model}`;
    this.#client = new OpenAI({
      apiKey: config.apiKey,
      baseURL: config.url,
      organization: null, // what is left out, the SDK looks for in the environment
      project: null,
      maxRetries: 0,
      logLevel: 'off', // it would print what it cannot read
      fetch: boundedFetch(this.name, MAX_ANSWER_BYTES),
    });
  }

  reply(request: ModelRequest): AsyncGenerator<ModelPart> {
    return streamedAnswer({
      provider: this.name,
      clock: this.clock,
      timeouts: timeoutsOf(this.config),
      request,
      answer: new OpenAiAnswer(this.name),
      ask: (signal) => this.#chunks(request, signal),
      toProviderError: (error) => toProviderError(this.name, error),
    });
  }

  async *#chunks(request: ModelRequest, signal: AbortSignal): AsyncGenerator<unknown> {
    const dialect = { ...OPENAI_DIALECT, ...this.config.dialect };
    yield* await this.#client.chat.completions.create(requestBody(this.config.model, request, dialect), {
      signal,
      headers: { 'X-Client-Request-Id': request.requestId },
    });
  }
}
