import { samplesIn } from '@app/audio';
import {
  type Heard,
  ProviderError,
  type SpeechToText,
  type SpeechToTextOptions,
  type SpeechToTextSession,
} from '@app/conversation/ports';
import { type Clock, Mailbox } from '@app/kernel';
import { Deadline } from '../deadline.js';
import { openSocket, type ProviderSocket, type SocketListener } from '../socket.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import {
  CLOSE_STREAM,
  type DeepgramEndpointing,
  DeepgramTranscript,
  FINALIZE,
  KEEP_ALIVE,
  listenUrl,
} from './deepgram.wire.js';

export interface DeepgramConfig extends VendorConfig, Partial<DeepgramEndpointing> {
  /** Sound that goes in one message; what `finish` finds waiting goes at once. */
  batchMs?: number;
}

const USUAL = { endpointingMs: 300, utteranceEndMs: 1_000, batchMs: 100 };
/** They close a session without sound after about 10 s and ask for a sign every 3 to 8; so one comes after 6 at most. */
const KEEP_ALIVE_MS = 3_000;
/** One minute at 16 kHz that the socket did not take: nobody is there. */
const MAX_WAITING_BYTES = 2_000_000;
const MAX_MESSAGE_BYTES = 1_000_000;

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

  async open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const { apiKey, batchMs } = { ...USUAL, ...this.config };
    const batch = new Int16Array(samplesIn(batchMs, options.rateHz));
    const session = new DeepgramSession(this.name, this.clock, batch);
    const socket = await openSocket(
      {
        provider: this.name,
        url: listenUrl({ ...USUAL, ...this.config }, options),
        headers: { authorization: `Token ${apiKey}` },
        ...timeoutsOf(this.config),
        maxMessageBytes: MAX_MESSAGE_BYTES,
        clock: this.clock,
        signal: options.signal,
      },
      session,
    );
    session.start(socket, options.signal);
    return session;
  }
}

class DeepgramSession implements SpeechToTextSession, SocketListener {
  readonly heard = new Mailbox<Heard>();
  readonly #transcript: DeepgramTranscript;
  readonly #quiet: Deadline;
  #socket: ProviderSocket | undefined;
  #batched = 0;
  #spokeSinceCheck = false;

  constructor(
    private readonly provider: string,
    clock: Clock,
    private readonly batch: Int16Array,
  ) {
    this.#transcript = new DeepgramTranscript(provider);
    this.#quiet = new Deadline(clock, () => this.#keepAlive());
  }

  start(socket: ProviderSocket, signal: AbortSignal): void {
    if (socket.over) return; // lost in the very tick in which it opened; the reader knows
    this.#socket = socket;
    this.#quiet.within(KEEP_ALIVE_MS);
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    if (signal.aborted) this.#stop();
  }

  push(samples: Int16Array): void {
    let taken = 0;
    while (samples.length - taken > this.batch.length - this.#batched) {
      const room = this.batch.length - this.#batched;
      this.batch.set(samples.subarray(taken, taken + room), this.#batched);
      this.#batched += room;
      taken += room;
      this.#flush();
    }
    this.batch.set(taken === 0 ? samples : samples.subarray(taken), this.#batched);
    this.#batched += samples.length - taken;
    if (this.#batched === this.batch.length) this.#flush();
  }

  finish(): void {
    this.#flush();
    this.#socket?.send(FINALIZE);
  }

  message(text: string): void {
    for (const item of this.#transcript.read(text)) this.heard.push(item);
  }

  lost(error: unknown): void {
    this.#end();
    this.heard.close(error);
  }

  #flush(): void {
    if (this.#batched === 0) return;
    this.#socket?.send(this.batch.subarray(0, this.#batched));
    this.#batched = 0;
    this.#spokeSinceCheck = true;
    if (this.#socket && this.#socket.waitingBytes > MAX_WAITING_BYTES)
      this.#socket.abandon(new ProviderError(this.provider, 'timed-out'));
  }

  #keepAlive(): void {
    if (!this.#spokeSinceCheck) this.#socket?.send(KEEP_ALIVE);
    this.#spokeSinceCheck = false;
    this.#quiet.within(KEEP_ALIVE_MS);
  }

  #stop(): void {
    this.#socket?.close(CLOSE_STREAM);
    this.#end();
    this.heard.close();
  }

  #end(): void {
    this.#quiet.met();
    this.#socket = undefined;
  }
}
