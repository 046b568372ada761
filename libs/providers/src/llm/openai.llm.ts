import { type LanguageModel, type ModelPart, type ModelRequest, ProviderError } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import OpenAI from 'openai';
import { Deadline } from '../deadline.js';
import { untilAborted } from '../until-aborted.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { boundedFetch } from './bounded-fetch.js';
import { toProviderError } from './openai.errors.js';
import { OpenAiAnswer, requestBody } from './openai.wire.js';

export type OpenAiConfig = VendorConfig;

/** Far above what anybody says in one reply. */
const MAX_ANSWER_BYTES = 4_000_000;
/** How long a whole answer waits for its bill, which comes in one more chunk. */
const USAGE_MS = 500;

/** OpenAI's chat completions, streamed; by `url` also any server that speaks them. Never asks twice. */
export class OpenAiLanguageModel implements LanguageModel {
  readonly name: string;
  readonly #client: OpenAI;

  constructor(
    private readonly config: OpenAiConfig,
    private readonly clock: Clock,
  ) {
    this.name = `openai/${config.model}`;
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

  async *reply(request: ModelRequest): AsyncGenerator<ModelPart> {
    const { firstMs, idleMs, wholeMs } = timeoutsOf(this.config);
    const lateness = new AbortController();
    const late = () => lateness.abort(new ProviderError(this.name, 'timed-out'));
    const [deadline, whole] = [new Deadline(this.clock, late), new Deadline(this.clock, late)];
    const signal = AbortSignal.any([request.signal, lateness.signal]);
    const answer = new OpenAiAnswer(this.name);
    try {
      signal.throwIfAborted();
      deadline.within(firstMs);
      whole.within(wholeMs);
      for await (const chunk of untilAborted(this.#chunks(request, signal), signal)) {
        const { progress, parts } = answer.read(chunk);
        if (!progress) continue;
        deadline.met(); // a slow reader is not a slow model
        yield* parts;
        deadline.within(answer.whole ? USAGE_MS : idleMs);
      }
      if (!answer.whole) throw new ProviderError(this.name, 'unreachable');
    } catch (error) {
      request.signal.throwIfAborted();
      if (!answer.whole) throw toProviderError(this.name, error); // else only the bill is missing
    } finally {
      deadline.met();
      whole.met();
    }
    yield answer.finished;
  }

  async *#chunks(request: ModelRequest, signal: AbortSignal): AsyncGenerator<unknown> {
    yield* await this.#client.chat.completions.create(requestBody(this.config.model, request), {
      signal,
      headers: { 'X-Client-Request-Id': request.requestId },
    });
  }
}
