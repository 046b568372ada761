import { bytesToPcm, type PlayoutClock, Resampler, type SampleRateHz } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { WebSocket } from 'ws';
import { BareReply } from './bare-reply.js';
import type { CrowdEar, CrowdListener } from './crowd-ear.js';

export interface BareParts {
  clock: Clock;
  playout: PlayoutClock;
  ear: CrowdEar;
  rateHz: SampleRateHz;
  /** Said when a call begins, and then in turn. */
  sounds: readonly Int16Array[];
}

const VOICE = 0.5;
const NO_VOICE = 0.35;
/** Silence after which the caller's turn is over, in windows of 32 ms. */
const ENDS_AFTER_WINDOWS = 16;
/** A voice as long as this stops the reply. */
const STOPS_AFTER_WINDOWS = 8;

/** One call at the yardstick: the caller's sound is judged, and when it ends, the next sound is played. It sends no `break`. */
export class BareCall {
  readonly #listener: CrowdListener;
  readonly #resampler: Resampler | undefined;
  #reply: BareReply | undefined;
  #said = 0;
  #voiced = 0;
  #quiet = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: BareParts,
  ) {
    this.#listener = parts.ear.open((probability) => this.#judge(probability));
    this.#resampler = parts.rateHz === 8_000 ? undefined : new Resampler(parts.rateHz, 8_000);
    socket.on('message', (data, isBinary) => {
      if (isBinary) this.#hear(bytesToPcm(data as Buffer));
    });
    socket.on('error', () => undefined); // 'close' follows
    socket.once('close', () => this.#end());
    this.#say();
  }

  #hear(samples: Int16Array): void {
    this.#listener.push(this.#resampler ? this.#resampler.process(samples) : samples);
  }

  #judge(probability: number): void {
    if (probability >= VOICE) {
      this.#quiet = 0;
      this.#voiced += 1;
      if (this.#voiced === STOPS_AFTER_WINDOWS) this.#stop();
    } else if (probability < NO_VOICE && this.#voiced > 0) {
      this.#quiet += 1;
      if (this.#quiet < ENDS_AFTER_WINDOWS) return;
      if (this.#voiced >= STOPS_AFTER_WINDOWS) this.#say();
      this.#voiced = this.#quiet = 0;
    }
  }

  #say(): void {
    const { sounds, rateHz, playout, clock } = this.parts;
    const sound = sounds[this.#said % sounds.length] ?? new Int16Array(1);
    this.#said += 1;
    this.#stop();
    const nowMs = clock.nowMs();
    this.#reply = new BareReply(sound, rateHz, nowMs, (message) => this.socket.send(message));
    playout.add(this.#reply, nowMs);
  }

  #stop(): void {
    if (this.#reply) this.parts.playout.remove(this.#reply);
    this.#reply = undefined;
  }

  #end(): void {
    this.#stop();
    this.#listener.close();
    this.#resampler?.close();
  }
}
