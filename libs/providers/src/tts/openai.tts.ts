import type { TextToSpeech, TextToSpeechOptions, TextToSpeechSession } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import OpenAI from 'openai';
import { boundedFetch } from '../llm/bounded-fetch.js';
import { toProviderError } from '../llm/openai.errors.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { fetchFailure, httpSpeechSession, maxPieceBytes, type SpeechRequest } from './http-speech.js';

export interface OpenAiVoiceConfig extends VendorConfig {
  /** `openai` if not told; a compatible server is a vendor of its own. */
  vendor?: string;
  /** Rate of its headless `pcm`: OpenAI's 24,000 if not told. */
  pcmRateHz?: number;
}

const PCM_RATE_HZ = 24_000;

/** OpenAI's `/audio/speech`; by `url` also any server that speaks it. Never asks twice. No word times. */
export class OpenAiTextToSpeech implements TextToSpeech {
  readonly name: string;
  readonly capabilities = { wordTimes: false };
  readonly #client: OpenAI;
  readonly #fromHz: number;

  constructor(
    private readonly config: OpenAiVoiceConfig,
    private readonly clock: Clock,
  ) {
    this.name = `${config.vendor ?? 'openai'}/${config.model}`;
    this.#fromHz = config.pcmRateHz ?? PCM_RATE_HZ;
    this.#client = new OpenAI({
      apiKey: config.apiKey,
      baseURL: config.url,
      organization: null, // what is left out, the SDK looks for in the environment
      project: null,
      maxRetries: 0,
      logLevel: 'off', // it would print what it cannot read
      fetch: boundedFetch(this.name, maxPieceBytes(this.#fromHz)),
    });
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    return httpSpeechSession(
      {
        provider: this.name,
        clock: this.clock,
        timeouts: timeoutsOf(this.config),
        fromHz: this.#fromHz,
        ask: (request) => this.#ask(options.voiceId, request),
        toProviderError: (error) => toProviderError(this.name, fetchFailure(this.name, error)),
      },
      options,
    );
  }

  #ask(voice: string, { text: input, pieceId, signal }: SpeechRequest): Promise<Response> {
    return this.#client.audio.speech.create(
      { model: this.config.model, voice, input, response_format: 'pcm' },
      { signal, headers: { 'X-Client-Request-Id': pieceId } },
    );
  }
}
