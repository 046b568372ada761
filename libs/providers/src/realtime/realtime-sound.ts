import { decodeMulaw, encodeMulaw, pcmToBytes, Resampler, type SampleRateHz, samplesIn } from '@app/audio';
import { PcmStream } from '../tts/pcm-stream.js';

/** Sound that goes in one message. Milliseconds. */
const BATCH_MS = 100;
/** Their linear PCM has one rate. */
const PCM_HZ = 24_000;

/** As they name it in a session. */
export type RealtimeFormat = { type: 'audio/pcmu' } | { type: 'audio/pcm'; rate: 24_000 };

/** µ-law for a telephone line, whose codes pass through unchanged; else what they call PCM. */
export const formatOf = (rateHz: SampleRateHz): RealtimeFormat =>
  rateHz === 8_000 ? { type: 'audio/pcmu' } : { type: 'audio/pcm', rate: PCM_HZ };

/** The caller's sound on its way out: gathered, encoded, in base64. Holds memory of the resampler's: `close` it. */
export class SoundUp {
  readonly #batch: Int16Array;
  readonly #resampler: Resampler | undefined;
  #filled = 0;
  /** Sent since the last `restart`. Samples at the line's rate. */
  sent = 0;

  constructor(
    private readonly rateHz: SampleRateHz,
    private readonly send: (base64: string) => void,
  ) {
    this.#batch = new Int16Array(samplesIn(BATCH_MS, rateHz));
    this.#resampler = rateHz === 8_000 ? undefined : new Resampler(rateHz, PCM_HZ);
  }

  push(samples: Int16Array): void {
    for (let taken = 0; taken < samples.length;) {
      const part = samples.subarray(taken, taken + this.#batch.length - this.#filled);
      this.#batch.set(part, this.#filled);
      this.#filled += part.length;
      taken += part.length;
      if (this.#filled === this.#batch.length) this.flush();
    }
  }

  flush(): void {
    if (this.#filled === 0) return;
    const samples = this.#batch.subarray(0, this.#filled);
    this.#filled = 0;
    this.sent += samples.length;
    const bytes = this.#resampler
      ? pcmToBytes(this.#resampler.process(samples))
      : encodeMulaw(samples, new Uint8Array(samples.length));
    this.send(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64'));
  }

  /** What was gathered and not sent is forgotten. */
  restart(): void {
    this.#filled = 0;
    this.sent = 0;
  }

  get sentMs(): number {
    return (this.sent * 1_000) / this.rateHz;
  }

  close(): void {
    this.#resampler?.close();
  }
}

/** Their sound on its way in; one for one response. `close` it. */
export class SoundDown {
  readonly #pcm = new PcmStream();
  readonly #resampler: Resampler | undefined;
  /** Samples that the resampler puts in front of the sound. */
  #early = 0;

  constructor(rateHz: SampleRateHz) {
    if (rateHz === 8_000) return;
    this.#resampler = new Resampler(PCM_HZ, rateHz);
    this.#early = Math.round((this.#resampler.delayMs * rateHz) / 1_000);
  }

  read(base64: string): Int16Array {
    const bytes = Buffer.from(base64, 'base64');
    if (!this.#resampler) return decodeMulaw(bytes, new Int16Array(bytes.length));
    return this.#after(this.#resampler.process(this.#pcm.read(bytes)).slice());
  }

  /** What is still held back. */
  end(): Int16Array {
    return this.#after(this.#resampler?.flush() ?? new Int16Array(0));
  }

  close(): void {
    this.#resampler?.close();
  }

  #after(samples: Int16Array): Int16Array {
    const dropped = Math.min(this.#early, samples.length);
    this.#early -= dropped;
    return dropped > 0 ? samples.subarray(dropped) : samples;
  }
}
