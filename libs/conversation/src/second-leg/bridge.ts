import { durationMs, Resampler, samplesIn } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { Line } from '../ports/index.js';

/** Sent as silence before a stretch of sound, so that a frame that comes late leaves no hole in it. Milliseconds. */
const CUSHION_MS = 60;

/**
 * The sound of one side on its way to the other: collected into the messages that the other's carrier wants, at its rate.
 * What would lie at that carrier beyond its lead is left out, so that the two never drift apart by more than that.
 */
export class BridgeWay {
  readonly #resampler: Resampler | undefined;
  readonly #resampled: Int16Array;
  readonly #chunk: Int16Array;
  readonly #cushion: Int16Array;
  #filled = 0;
  /** When the other side will have heard all that was sent. */
  #silentFromMs = 0;

  /** Frames of 20 ms come at `fromHz`. */
  constructor(
    fromHz: Line['rateHz'],
    private readonly to: Line,
    private readonly clock: Clock,
  ) {
    const { rateHz, pacing } = to;
    this.#resampler = fromHz === rateHz ? undefined : new Resampler(fromHz, rateHz);
    this.#resampled = new Int16Array(samplesIn(20, rateHz));
    this.#chunk = new Int16Array(samplesIn(pacing.chunkMs, rateHz));
    this.#cushion = new Int16Array(samplesIn(Math.min(CUSHION_MS, pacing.leadMs), rateHz));
  }

  /** One frame. On the hot path. */
  take(frame: Int16Array): void {
    const samples = this.#resampler ? this.#resampler.processInto(frame, this.#resampled) : frame;
    for (let from = 0; from < samples.length;) {
      const count = Math.min(samples.length - from, this.#chunk.length - this.#filled);
      for (let n = 0; n < count; n += 1) this.#chunk[this.#filled + n] = samples[from + n] ?? 0;
      this.#filled += count;
      from += count;
      if (this.#filled === this.#chunk.length) this.#send();
    }
  }

  close(): void {
    this.#resampler?.close();
  }

  #send(): void {
    this.#filled = 0;
    const { rateHz, pacing } = this.to;
    const nowMs = this.clock.nowMs();
    const lengthMs = durationMs(this.#chunk.length, rateHz);
    if (this.#silentFromMs - nowMs + lengthMs > pacing.leadMs + CUSHION_MS) return;
    if (this.#silentFromMs < nowMs) {
      this.to.send(this.#cushion);
      this.#silentFromMs = nowMs + durationMs(this.#cushion.length, rateHz);
    }
    this.to.send(this.#chunk);
    this.#silentFromMs += lengthMs;
  }
}
