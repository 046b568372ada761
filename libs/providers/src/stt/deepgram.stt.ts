import type { SpeechToText, SpeechToTextOptions, SpeechToTextSession } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { VendorConfig } from '../vendor-config.js';
import { type DeepgramEndpointing, DeepgramTranscript, listenUrl } from './deepgram.wire.js';
import { openLive } from './live-session.js';

export interface DeepgramConfig extends VendorConfig, Partial<DeepgramEndpointing> {
  /** Sound that goes in one message; what `finish` finds waiting goes at once. */
  batchMs?: number;
}

const USUAL = { endpointingMs: 300, utteranceEndMs: 1_000, batchMs: 100 };

/** Deepgram's live recognition of the Nova family (`/v1/listen`). */
export class DeepgramSpeechToText implements SpeechToText {
  readonly name: string;
  readonly capabilities = { wordTimes: true, endpoints: true };

  constructor(
    private readonly config: DeepgramConfig,
    private readonly clock: Clock,
  ) {
    this.name = `deepgram/${config.model}`;
  }

  open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const { apiKey, batchMs, ...asked } = { ...USUAL, ...this.config };
    const dial = {
      provider: this.name,
      config: this.config,
      clock: this.clock,
      url: listenUrl(asked, options),
      headers: { authorization: `Token ${apiKey}` },
      batchMs,
      rateHz: options.rateHz,
      wire: new DeepgramTranscript(this.name),
    };
    return openLive(dial, options);
  }
}
