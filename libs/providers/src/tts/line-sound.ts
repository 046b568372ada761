import { loadResampler, Resampler } from '@app/audio';
import { PcmStream } from './pcm-stream.js';

/** A vendor's bytes, signed 16 bits little-endian, as samples at the rate of a line. Holds memory: `close` it. */
export class LineSound {
  readonly #pcm = new PcmStream();
  readonly #resampler: Resampler;
  /** Samples that the resampler puts in front of the sound. */
  #early: number;

  private constructor(fromHz: number, toHz: number) {
    this.#resampler = new Resampler(fromHz, toHz);
    this.#early = Math.round((this.#resampler.delayMs * toHz) / 1_000);
  }

  static async open(fromHz: number, toHz: number): Promise<LineSound> {
    await loadResampler();
    return new LineSound(fromHz, toHz);
  }

  read(bytes: Uint8Array): Int16Array {
    return this.#after(this.#resampler.process(this.#pcm.read(bytes)));
  }

  /** What is still held back. */
  end(): Int16Array {
    return this.#after(this.#resampler.flush());
  }

  close(): void {
    this.#resampler.close();
  }

  #after(samples: Int16Array): Int16Array {
    const dropped = Math.min(this.#early, samples.length);
    this.#early -= dropped;
    return dropped > 0 ? samples.subarray(dropped) : samples;
  }
}
