import type { SpeechToText, SpeechToTextOptions, SpeechToTextSession } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { VendorConfig } from '../vendor-config.js';
import { openLive } from './live-session.js';
import { ScribeTranscript, scribeUrl } from './scribe.wire.js';

const BATCH_MS = 100;

/** ElevenLabs' Scribe over its realtime socket; our own voice detector says when words are to be settled. */
export class ScribeSpeechToText implements SpeechToText {
  readonly name: string;
  readonly capabilities = { wordTimes: false, endpoints: false, confidences: false };

  constructor(
    private readonly config: VendorConfig,
    private readonly clock: Clock,
  ) {
    this.name = `elevenlabs/${config.model}`;
  }

  open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const { callId, rateHz } = options;
    const dial = {
      provider: this.name,
      config: this.config,
      clock: this.clock,
      url: scribeUrl(this.config, options),
      headers: { 'xi-api-key': this.config.apiKey, 'X-Client-Request-Id': callId },
      batchMs: BATCH_MS,
      rateHz,
      wire: new ScribeTranscript(this.name, rateHz),
    };
    return openLive(dial, options);
  }
}
