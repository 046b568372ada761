import { loadResampler } from '@app/audio';
import type { SpeechToText, SpeechToTextOptions, SpeechToTextSession } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { VendorConfig } from '../vendor-config.js';
import { openLive } from './live-session.js';
import { liveUrl, OpenAiTranscript, type OpenAiTurnDetection } from './openai-live.wire.js';

export interface OpenAiLiveConfig extends VendorConfig {
  /** `ours` if not told: their live models have no detector of their own. */
  turnDetection?: OpenAiTurnDetection;
}

const BATCH_MS = 60;

/** OpenAI's live transcription over its realtime socket. */
export class OpenAiLiveSpeechToText implements SpeechToText {
  readonly name: string;
  readonly capabilities;

  constructor(
    private readonly config: OpenAiLiveConfig,
    private readonly clock: Clock,
  ) {
    this.name = `openai/${config.model}`;
    const isTheirs = config.turnDetection === 'server';
    this.capabilities = {
      wordTimes: false,
      endpoints: isTheirs,
      settlesWhenAsked: !isTheirs,
      confidences: false,
    };
  }

  async open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const { callId, rateHz, signal } = options;
    const { apiKey, model, url, turnDetection = 'ours' } = this.config;
    if (rateHz !== 8_000) await loadResampler();
    signal.throwIfAborted();
    const dial = {
      provider: this.name,
      config: this.config,
      clock: this.clock,
      url: liveUrl(url),
      headers: { authorization: `Bearer ${apiKey}`, 'X-Client-Request-Id': callId },
      batchMs: BATCH_MS,
      rateHz,
      wire: new OpenAiTranscript(this.name, { model, turnDetection }, rateHz, options),
    };
    return openLive(dial, options);
  }
}

/** Which of OpenAI's models listen live; all others take files. */
export const listensLive = (model: string): boolean => /^(gpt-live-transcribe|gpt-realtime-whisper)/.test(model);
