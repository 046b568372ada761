import { type SampleRateHz, samplesIn } from '@app/audio';
import { type Heard, ProviderError, type SpeechToTextOptions, type SpeechToTextSession } from '@app/conversation/ports';
import { type Clock, Mailbox } from '@app/kernel';
import { Deadline } from '../deadline.js';
import { openSocket, type ProviderSocket, type SocketListener } from '../socket.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { SoundBatch } from './sound-batch.js';

export type WireData = string | NodeJS.ArrayBufferView;

/** A vendor's words for one session; it keeps what is known of the caller's words so far. */
export interface LiveWire {
  /** Sent first. */
  readonly opening?: string;
  /** Sent when no sound went for `KEEP_ALIVE_MS`. */
  readonly keepAlive?: WireData;
  /** Sent before it is closed. */
  readonly farewell?: string;
  /** One message in our words; one that says nothing about the caller comes back empty. @throws ProviderError */
  read(json: string): readonly Heard[];
  /** Samples as a message; they may be changed when it was sent. */
  sound(samples: Int16Array): WireData;
  /** How the words in flight are asked for; or what can be told of them without asking. */
  finish(): { ask?: string; heard?: readonly Heard[] };
  /** The session is over. */
  close?(): void;
}

export interface LiveDial {
  /** `vendor/model`. */
  provider: string;
  config: VendorConfig;
  clock: Clock;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** Sound in one message. */
  batchMs: number;
  rateHz: SampleRateHz;
  wire: LiveWire;
}

/** Deepgram, the strictest, closes a session without a sign after about 10 s and asks for one every 3 to 8. */
const KEEP_ALIVE_MS = 3_000;
/** One minute at 16 kHz that the socket did not take: nobody is there. */
const MAX_WAITING_BYTES = 2_000_000;
const MAX_MESSAGE_BYTES = 1_000_000;

/** Opens a vendor's socket for one call. @throws ProviderError */
export async function openLive(dial: LiveDial, { signal }: SpeechToTextOptions): Promise<SpeechToTextSession> {
  const { provider, config, clock, url, headers } = dial;
  const session = new LiveSession(dial);
  const socket = await openSocket(
    { provider, url, headers, ...timeoutsOf(config), maxMessageBytes: MAX_MESSAGE_BYTES, clock, signal },
    session,
  ).catch((error: unknown) => {
    dial.wire.close?.();
    throw error;
  });
  session.start(socket, signal);
  return session;
}

class LiveSession implements SpeechToTextSession, SocketListener {
  readonly heard = new Mailbox<Heard>();
  readonly #wire: LiveWire;
  readonly #batch: SoundBatch;
  readonly #quiet: Deadline;
  #socket: ProviderSocket | undefined;
  #spokeSinceCheck = false;

  constructor(private readonly dial: LiveDial) {
    this.#wire = dial.wire;
    const batch = new Int16Array(samplesIn(dial.batchMs, dial.rateHz));
    this.#batch = new SoundBatch(batch, (samples) => this.#send(samples));
    this.#quiet = new Deadline(dial.clock, () => this.#keepAlive());
  }

  start(socket: ProviderSocket, signal: AbortSignal): void {
    if (socket.over) return; // lost in the very tick in which it opened; the reader knows
    this.#socket = socket;
    if (this.#wire.opening !== undefined) socket.send(this.#wire.opening);
    if (this.#wire.keepAlive !== undefined) this.#quiet.within(KEEP_ALIVE_MS);
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    if (signal.aborted) this.#stop();
  }

  push(samples: Int16Array): void {
    this.#batch.push(samples);
  }

  finish(): void {
    this.#batch.flush();
    if (!this.#socket) return;
    const { ask, heard = [] } = this.#wire.finish();
    if (ask !== undefined) this.#socket.send(ask);
    for (const item of heard) this.heard.push(item);
  }

  message(text: string): void {
    for (const item of this.#wire.read(text)) this.heard.push(item);
  }

  lost(error: unknown): void {
    this.#end();
    this.heard.close(error);
  }

  #send(samples: Int16Array): void {
    if (!this.#socket) return;
    this.#socket.send(this.#wire.sound(samples));
    this.#spokeSinceCheck = true;
    if (this.#socket.waitingBytes > MAX_WAITING_BYTES)
      this.#socket.abandon(new ProviderError(this.dial.provider, 'timed-out'));
  }

  #keepAlive(): void {
    const { keepAlive } = this.#wire;
    if (keepAlive === undefined) return;
    if (!this.#spokeSinceCheck) this.#socket?.send(keepAlive);
    this.#spokeSinceCheck = false;
    this.#quiet.within(KEEP_ALIVE_MS);
  }

  #stop(): void {
    this.#socket?.close(this.#wire.farewell);
    this.#end();
    this.heard.close();
  }

  #end(): void {
    this.#quiet.met();
    this.#socket = undefined;
    this.#wire.close?.();
  }
}
