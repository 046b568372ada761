import { durationMs, FRAME_MS, peak, type SampleRateHz, samplesIn } from '@app/audio';
import type { Cancel, Clock } from '@app/kernel';

/** Besides the length of its messages, a stream may be late by so much before its absence is heard as silence. */
const LATE_MS = 40;
/** How often it is looked whether anything is missing. */
const LOOK_EVERY_MS = 100;
/** A look that comes later than this finds a process that stood still: what is missing may lie in the socket, unread. */
const STALLED_MS = 40;
/** Frames of a burst, whose time was filled already, may run so far ahead of time; the rest of them is left out. */
const AHEAD_MS = 1_500;
/** Below this (about -50 dBFS) a frame holds nothing that would be missed. */
const QUIET_PEAK = 100;
/** No stream of telephone audio is sent in longer messages. */
const LONGEST_MESSAGE_MS = 1_000;
/** How long a message may be taken for until the first has come. */
const FIRST_MESSAGE_MS = 500;

/**
 * Makes a stream of frames as long as the time in which it came, so that whoever counts frames knows the time. What is
 * missing for longer than a message and 40 ms becomes silence. A burst that comes late all the same is let through, up to
 * a second and a half ahead of time; as many frames in which nobody speaks are then left out.
 *
 * Costs one timer a stream, ten times a second.
 */
export class SteadyFrames {
  readonly #silence: Int16Array;
  #startMs: number | undefined;
  #toldMs = 0;
  /** Silence that was told and not given back. */
  #filledMs = 0;
  #messageMs = FIRST_MESSAGE_MS;
  #lookDueMs = 0;
  #cancel: Cancel | undefined;

  constructor(
    rateHz: SampleRateHz,
    private readonly clock: Clock,
    private readonly tell: (frame: Int16Array) => void,
  ) {
    this.#silence = new Int16Array(samplesIn(FRAME_MS, rateHz));
  }

  /** From now on frames are due, although none may have come yet. Twice is once. */
  start(): void {
    if (this.#startMs !== undefined) return;
    this.#startMs = this.clock.nowMs();
    this.#lookLater();
  }

  /** A message of so many samples is about to be cut into frames. */
  announce(sampleCount: number, rateHz: SampleRateHz): void {
    this.#messageMs = Math.min(LONGEST_MESSAGE_MS, Math.max(FRAME_MS, durationMs(sampleCount, rateHz)));
  }

  /** Tells it, unless there is too much already. On the hot path. */
  push(frame: Int16Array): void {
    this.start();
    const aheadMs = this.#toldMs - this.#dueMs();
    if (aheadMs > AHEAD_MS) return;
    const isOwed = this.#filledMs > 0 && aheadMs > this.#messageMs + LATE_MS;
    if (isOwed && peak(frame) < QUIET_PEAK) {
      this.#filledMs -= FRAME_MS;
      return;
    }
    this.#tellFrame(frame);
  }

  /** Nothing is told after it. Twice is once. */
  stop(): void {
    this.#startMs ??= this.clock.nowMs();
    this.#cancel?.();
  }

  #tellFrame(frame: Int16Array): void {
    this.#toldMs += FRAME_MS;
    this.tell(frame);
  }

  readonly #look = (): void => {
    const stalled = this.clock.nowMs() - this.#lookDueMs > STALLED_MS;
    this.#lookLater();
    if (stalled || this.#dueMs() - this.#toldMs <= this.#messageMs + LATE_MS) return;
    const upToMs = this.#dueMs() - this.#messageMs; // the next message may be on its way
    while (this.#toldMs + FRAME_MS <= upToMs) {
      this.#silence.fill(0); // whoever was told the last one may have worked on it
      this.#filledMs += FRAME_MS;
      this.#tellFrame(this.#silence);
    }
  };

  #lookLater(): void {
    this.#lookDueMs = this.clock.nowMs() + LOOK_EVERY_MS;
    this.#cancel = this.clock.after(LOOK_EVERY_MS, this.#look);
  }

  #dueMs(): number {
    return this.clock.nowMs() - (this.#startMs ?? 0);
  }
}
