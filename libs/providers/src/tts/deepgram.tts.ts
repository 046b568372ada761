import {
  ProviderError,
  type Spoken,
  type TextToSpeech,
  type TextToSpeechOptions,
  type TextToSpeechSession,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { Deadline } from '../deadline.js';
import { openSocket } from '../socket.js';
import { untilAborted } from '../until-aborted.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { AuraConnection, AuraPiece } from './aura.connection.js';
import { speakUrl } from './aura.wire.js';

/** Over 20 s of 24 kHz sound at once. */
const MAX_MESSAGE_BYTES = 1_000_000;

/** Deepgram's voices (Aura) over a socket: one a call, its pieces one after another. No word times. */
export class DeepgramTextToSpeech implements TextToSpeech {
  readonly name: string;
  readonly capabilities = { wordTimes: false };

  constructor(
    private readonly config: VendorConfig,
    private readonly clock: Clock,
  ) {
    this.name = `deepgram/${config.model}`;
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    return new AuraSession(this.config, options, this.clock, this.name);
  }
}

class AuraSession implements TextToSpeechSession {
  #connection: AuraConnection;

  constructor(
    private readonly config: VendorConfig,
    private readonly options: TextToSpeechOptions,
    private readonly clock: Clock,
    private readonly provider: string,
  ) {
    this.#connection = this.#dial();
    options.signal.addEventListener('abort', () => this.#connection.close(), { once: true });
  }

  speak(text: string, { signal }: { signal: AbortSignal }): AsyncIterable<Spoken> {
    return this.#speak(text, AbortSignal.any([this.options.signal, signal]));
  }

  async *#speak(text: string, signal: AbortSignal): AsyncGenerator<Spoken> {
    signal.throwIfAborted();
    if (text.trim() === '') return;
    const { firstMs, idleMs } = timeoutsOf(this.config);
    if (this.#connection.over) this.#connection = this.#dial();
    const connection = this.#connection;
    const deadline = new Deadline(this.clock, () => connection.giveUp(new ProviderError(this.provider, 'timed-out')));
    const piece = new AuraPiece(text.trim(), () => deadline.within(firstMs));
    try {
      connection.begin(piece);
      for await (const spoken of untilAborted(piece.sound, signal)) {
        deadline.met(); // a slow reader is not a slow voice
        yield spoken;
        deadline.within(idleMs);
      }
    } finally {
      connection.forget(piece);
      deadline.met();
    }
  }

  #dial(): AuraConnection {
    const connection = new AuraConnection(this.provider, this.options.rateHz);
    openSocket(
      {
        provider: this.provider,
        url: speakUrl(this.config, this.options),
        headers: { Authorization: `Token ${this.config.apiKey}` },
        ...timeoutsOf(this.config),
        maxMessageBytes: MAX_MESSAGE_BYTES,
        clock: this.clock,
        signal: this.options.signal,
      },
      connection,
    ).then(
      (socket) => connection.start(socket),
      (error: unknown) => connection.lost(error),
    );
    return connection;
  }
}
