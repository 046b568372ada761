import {
  ProviderError,
  type TextToSpeech,
  type TextToSpeechOptions,
  type TextToSpeechSession,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { boundedFetch } from '../llm/bounded-fetch.js';
import { endpoint, timeoutsOf } from '../vendor-config.js';
import type { ElevenLabsConfig } from './elevenlabs.tts.js';
import { languageCodeOf } from './elevenlabs.wire.js';
import { fetchFailure, httpSpeechSession, maxPieceBytes, type SpeechRequest } from './http-speech.js';

/** ElevenLabs' voices by one request a piece, for models and networks that their socket is nothing for. No word times. */
export class ElevenLabsHttpTextToSpeech implements TextToSpeech {
  readonly name: string;
  readonly capabilities = { wordTimes: false };

  constructor(
    private readonly config: ElevenLabsConfig,
    private readonly clock: Clock,
  ) {
    this.name = `elevenlabs-http/${config.model}`;
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    const fetch = boundedFetch(this.name, maxPieceBytes(options.rateHz));
    return httpSpeechSession(
      {
        provider: this.name,
        clock: this.clock,
        timeouts: timeoutsOf(this.config),
        fromHz: options.rateHz,
        ask: (request) => this.#ask(fetch, options, request),
        toProviderError: (error) => fetchFailure(this.name, error),
      },
      options,
    );
  }

  async #ask(
    fetch: typeof globalThis.fetch,
    options: TextToSpeechOptions,
    { text, pieceId, signal }: SpeechRequest,
  ): Promise<Response> {
    const { model, apiKey } = this.config;
    const code = languageCodeOf(model, options.language);
    const body = JSON.stringify({ text, model_id: model, ...(code && { language_code: code }) });
    const headers = this.#headers({ 'xi-api-key': apiKey, 'X-Client-Request-Id': pieceId });
    const response = await fetch(speechUrl(this.config.url, options), { method: 'POST', headers, body, signal });
    if (response.ok) return response;
    throw ProviderError.fromStatus(this.name, response.status);
  }

  /** @throws ProviderError when a key is nothing that HTTP can express; the cause would hold it */
  #headers(own: Record<string, string>): Headers {
    try {
      return new Headers({ ...own, 'Content-Type': 'application/json' });
    } catch {
      throw new ProviderError(this.name, 'refused');
    }
  }
}

/** @param base their address, also that of their sockets */
function speechUrl(base: string, { voiceId, rateHz }: Pick<TextToSpeechOptions, 'voiceId' | 'rateHz'>): URL {
  const url = endpoint(base.replace(/^ws/, 'http'), `/v1/text-to-speech/${encodeURIComponent(voiceId)}/stream`);
  url.searchParams.set('output_format', `pcm_${rateHz}`);
  return url;
}
