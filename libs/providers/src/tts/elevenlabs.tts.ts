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
import { ElevenLabsConnection } from './elevenlabs.connection.js';
import { streamUrl } from './elevenlabs.wire.js';
import { SpokenPiece } from './spoken-piece.js';

export type ElevenLabsConfig = VendorConfig;

/** Voices answer within half a second: what is later had better be asked of another socket, while the caller still waits. */
const PATIENCE = { firstMs: 3_000, idleMs: 2_000 };
/** Over a minute of 24 kHz sound in base64, with its alignment. */
const MAX_MESSAGE_BYTES = 8_000_000;

/** ElevenLabs' voices over a socket of several contexts: one socket a call, one context a piece. */
export class ElevenLabsTextToSpeech implements TextToSpeech {
  readonly name: string;
  readonly capabilities = { wordTimes: true };

  constructor(
    private readonly config: ElevenLabsConfig,
    private readonly clock: Clock,
  ) {
    this.name = `elevenlabs/${config.model}`;
  }

  open(options: TextToSpeechOptions): TextToSpeechSession {
    return new ElevenLabsSession(this.config, options, this.clock, this.name);
  }
}

class ElevenLabsSession implements TextToSpeechSession {
  #connection: ElevenLabsConnection;
  #pieces = 0;

  constructor(
    private readonly config: ElevenLabsConfig,
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
    const { callId, rateHz } = this.options;
    const { firstMs, idleMs } = { ...PATIENCE, ...this.config.timeouts };
    const piece = new SpokenPiece(`${callId}-${++this.#pieces}`, text, rateHz);
    const deadline = new Deadline(this.clock, () => piece.fail(new ProviderError(this.provider, 'timed-out')));
    const connection = this.#usable();
    try {
      deadline.within(firstMs);
      connection.begin(piece);
      for await (const spoken of untilAborted(piece.sound, signal)) {
        deadline.met(); // a slow reader is not a slow voice
        yield spoken;
        deadline.within(idleMs);
      }
    } catch (error) {
      connection.forget(piece);
      if (!signal.aborted && connection.idle) connection.close(); // the next piece had better try a new socket
      throw error;
    } finally {
      deadline.met();
      connection.forget(piece);
    }
  }

  #usable(): ElevenLabsConnection {
    if (this.#connection.clogged) this.#connection.close();
    if (this.#connection.over) this.#connection = this.#dial();
    return this.#connection;
  }

  #dial(): ElevenLabsConnection {
    const connection = new ElevenLabsConnection(this.provider);
    openSocket(
      {
        provider: this.provider,
        url: streamUrl(this.config, this.options),
        headers: { 'xi-api-key': this.config.apiKey },
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
