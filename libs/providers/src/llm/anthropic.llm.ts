import type { LanguageModel, ModelPart, ModelRequest } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import Anthropic from '@anthropic-ai/sdk';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { toProviderError } from './anthropic.errors.js';
import { type AnthropicThinking, requestBody } from './anthropic.request.js';
import { AnthropicAnswer } from './anthropic.wire.js';
import { boundedFetch } from './bounded-fetch.js';
import { streamedAnswer } from './streamed-answer.js';

export interface AnthropicConfig extends VendorConfig {
  /** `disabled` if not told: a caller waits for each thought. */
  thinking?: AnthropicThinking;
}

/** Far above what anybody says in one reply. */
const MAX_ANSWER_BYTES = 4_000_000;

/** Anthropic's messages, streamed. Never asks twice. */
export class AnthropicLanguageModel implements LanguageModel {
  readonly name: string;
  readonly #client: Anthropic;

  constructor(
    private readonly config: AnthropicConfig,
    private readonly clock: Clock,
  ) {
    this.name = `anthropic/${config.model}`;
    this.#client = new Anthropic({
      apiKey: config.apiKey,
      baseURL: config.url,
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
      answer: new AnthropicAnswer(this.name),
      ask: (signal) => this.#events(request, signal),
      toProviderError: (error) => toProviderError(this.name, error),
    });
  }

  async *#events(request: ModelRequest, signal: AbortSignal): AsyncGenerator<unknown> {
    const { model, thinking = 'disabled' } = this.config;
    yield* await this.#client.messages.create(requestBody({ name: this.name, model, thinking }, request), {
      signal,
      headers: { 'X-Client-Request-Id': request.requestId },
    });
  }
}
