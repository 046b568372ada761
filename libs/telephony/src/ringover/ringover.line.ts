import type { Line, LineCapabilities, LineEnd, LineListener, LinePacing } from '@app/conversation/ports';
import type { Cancel, Clock } from '@app/kernel';
import type { RawData, WebSocket } from 'ws';
import { EarlyListener } from './early-listener.js';
import { FrameCutter } from './frame-cutter.js';
import { BREAK, digitsMessage, type NumbersAs, readStreamText, streamAudio, transferMessage } from './ringover.wire.js';
import { SteadyFrames } from '../steady-frames.js';
import { type SilenceLimits, SilenceWatch } from './silence-watch.js';

/** How a call is ended from our side: nothing is documented. `transfer` sends it to a scenario that hangs up (E.164). */
export type RingoverHangUp = { by: 'close' } | { by: 'transfer'; to: string };

export interface RingoverLineSettings {
  /** What the stream is configured to send; what is sent to it goes at the same rate. */
  rateHz: 8_000 | 16_000;
  pacing: LinePacing;
  /** Of digits and of the number that a call is transferred to. */
  numbersAs: NumbersAs;
  hangUp: RingoverHangUp;
  silence: SilenceLimits;
}

/** Ten seconds without a message, when one comes every 20 ms, is a dead peer; five answer a ping over any network. */
export const SILENCE_LIMITS: SilenceLimits = { quietMs: 10_000, answerMs: 5_000 };

/** What a line met and bore, for the log line at its end. */
export interface RingoverLineCounts {
  oddMessages: number;
  /** Texts that were no JSON. */
  opaqueTexts: number;
}

/** `open`: both ways. `leaving`: transferred, nothing more is said. `closing`: nothing more is told, but the end. */
type State = 'open' | 'leaving' | 'closing' | 'closed';

/** How long the carrier may take to close its stream after a transfer, and to answer a close. Milliseconds. */
const LEAVING_MS = 10_000;
const CLOSING_MS = 2_000;

/** Sound that the carrier does not read: at 16 kHz this is over 20 s of it, so nobody is there. */
const MAX_UNSENT_BYTES = 1_048_576;

/** Ringover reads JSON, also where it lies in a buffer. */
const AS_TEXT = { binary: false };

/** Close codes that are a goodbye (RFC 6455 §7.4.1): normal, going away, none given. */
const GOODBYES: ReadonlySet<number> = new Set([1_000, 1_001, 1_005]);

/**
 * A Ringover stream as a line: takes an accepted socket, and owns it from then on. Construct it before the socket has
 * had a chance to speak; up to a second of sound is kept until `listen`.
 */
export class RingoverLine implements Line {
  readonly rateHz: 8_000 | 16_000;
  readonly pacing: LinePacing;
  readonly capabilities: LineCapabilities = { marks: false, duck: false, sendsDigits: true, transfers: true };
  readonly #soundMessage: (samples: Int16Array) => Buffer;
  readonly #cutter: FrameCutter;
  readonly #steady: SteadyFrames;
  readonly #watch: SilenceWatch;
  #listener: LineListener = new EarlyListener();
  #state: State = 'open';
  #stopWaiting: Cancel = () => {};
  #opaqueTexts = 0;
  #cameMs: number;
  #whenHungUp = () => {};

  constructor(
    private readonly socket: WebSocket,
    private readonly settings: RingoverLineSettings,
    private readonly clock: Clock,
  ) {
    this.#cameMs = clock.nowMs();
    this.rateHz = settings.rateHz;
    this.pacing = settings.pacing;
    this.#soundMessage = streamAudio(settings.rateHz);
    this.#steady = new SteadyFrames(settings.rateHz, clock, (frame) => this.#listener.frame(frame));
    this.#cutter = new FrameCutter(settings.rateHz, (frame) => this.#steady.push(frame));
    const acts = { ask: () => socket.ping(), giveUp: () => socket.terminate() };
    this.#watch = new SilenceWatch(clock, settings.silence, acts);
    socket.on('message', (data, isBinary) => this.#take(data, isBinary));
    socket.on('ping', () => this.#watch.heard());
    socket.on('pong', () => this.#watch.heard());
    socket.on('error', () => this.#terminateIn(CLOSING_MS)); // a close follows, and tells; the other side may delay it
    socket.once('close', (code) => this.#closed(code));
  }

  /** A socket that answers pings and brings nothing is quiet. */
  get quietMs(): number {
    return this.clock.nowMs() - this.#cameMs;
  }

  get counts(): RingoverLineCounts {
    return { oddMessages: this.#cutter.oddMessages, opaqueTexts: this.#opaqueTexts };
  }

  /** Closing a stream may not end its call: `act` is called once, when we hang up by closing it. */
  whenHungUp(act: () => void): void {
    this.#whenHungUp = act;
  }

  listen(listener: LineListener): void {
    const early = this.#listener;
    if (!(early instanceof EarlyListener)) throw new Error('a line has one listener');
    this.#listener = listener;
    early.retell(listener);
    if (this.#state === 'open' || this.#state === 'leaving') this.#steady.start();
  }

  send(samples: Int16Array): void {
    if (samples.length > 0) this.#say(this.#soundMessage(samples));
  }

  mark(): void {} // without the capability nobody asks

  clear(): void {
    this.#say(BREAK);
  }

  sendDigits(digits: string): void {
    this.#say(digitsMessage(digits, this.settings.numbersAs));
  }

  transfer(to: string): void {
    this.#leave(transferMessage(to, this.settings.numbersAs));
  }

  hangUp(): void {
    const { hangUp, numbersAs } = this.settings;
    if (this.#state !== 'open') return; // a transferred call is about to leave by itself
    if (hangUp.by === 'transfer') this.#leave(transferMessage(hangUp.to, numbersAs));
    else {
      this.#close();
      this.#whenHungUp();
    }
  }

  /** The stream is broken off, as by a process that dies: what is closed with a goodbye may end its call. */
  leave(): void {
    this.socket.terminate();
  }

  #take(data: RawData, isBinary: boolean): void {
    this.#watch.heard();
    this.#cameMs = this.clock.nowMs();
    if (this.#state === 'closing' || !Buffer.isBuffer(data)) return;
    if (!isBinary) return this.#takeText(data.toString('utf8'));
    this.#steady.announce(data.length >> 1, this.rateHz);
    this.#cutter.push(data);
  }

  #takeText(text: string): void {
    const read = readStreamText(text);
    if (read.type === 'opaque') this.#opaqueTexts += 1;
    if (read.type === 'digits') for (const digit of read.digits) this.#listener.digit(digit);
  }

  #say(message: string | Buffer): void {
    if (this.#state !== 'open') return;
    if (this.socket.bufferedAmount > MAX_UNSENT_BYTES) return this.socket.terminate();
    this.socket.send(message, AS_TEXT, () => {}); // what could not be sent is told by the close that follows
  }

  #leave(message: string): void {
    if (this.#state !== 'open') return;
    this.#say(message);
    this.#state = 'leaving';
    this.#stopWaiting = this.clock.after(LEAVING_MS, () => this.#close());
  }

  #close(): void {
    this.#state = 'closing';
    this.#steady.stop();
    this.socket.close(1_000);
    this.#terminateIn(CLOSING_MS);
  }

  #terminateIn(delayMs: number): void {
    this.#stopWaiting();
    this.#stopWaiting = this.clock.after(delayMs, () => this.socket.terminate());
  }

  #closed(code: number): void {
    const end: LineEnd = this.#state !== 'open' || GOODBYES.has(code) ? 'closed' : 'lost';
    this.#state = 'closed';
    this.#stopWaiting();
    this.#steady.stop();
    this.#watch.stop();
    this.#listener.closed(end);
  }
}
