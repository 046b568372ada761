import type { SpeechToText, SpeechToTextOptions, SpeechToTextSession } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { VendorConfig } from '../vendor-config.js';
import { type FluxTurns, fluxUrl, FluxTurn } from './flux.wire.js';
import { openLive } from './live-session.js';

export interface FluxConfig extends VendorConfig, Partial<FluxTurns> {}

/** Their defaults, but that it guesses at all, and that it is sure after three seconds of silence. */
const USUAL: FluxTurns = { eotThreshold: 0.7, eagerEotThreshold: 0.5, eotTimeoutMs: 3_000 };
/** What Deepgram recommends for Flux. */
const BATCH_MS = 80;

/** Deepgram's recognition of the Flux family (`/v2/listen`), which hears where a turn ends. */
export class FluxSpeechToText implements SpeechToText {
  readonly name: string;
  readonly capabilities = { wordTimes: false, endpoints: true, guessesTurns: true, settlesWhenAsked: false };

  constructor(
    private readonly config: FluxConfig,
    private readonly clock: Clock,
  ) {
    this.name = `deepgram/${config.model}`;
  }

  open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const { apiKey, ...asked } = { ...USUAL, ...this.config };
    const { rateHz } = options;
    const dial = {
      provider: this.name,
      config: this.config,
      clock: this.clock,
      url: fluxUrl(asked, options),
      headers: { authorization: `Token ${apiKey}` },
      batchMs: BATCH_MS,
      rateHz,
      wire: new FluxTurn(this.name, rateHz),
    };
    return openLive(dial, options);
  }
}

export const isFlux = (model: string): boolean => model.startsWith('flux-');
