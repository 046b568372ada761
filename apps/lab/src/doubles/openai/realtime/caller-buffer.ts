import { bytesToPcm, decodeAlaw, decodeMulaw, durationMs, type SampleRateHz } from '@app/audio';
import { SampleJoiner } from '../../open-ear.js';
import type { Complaint, RealtimeFormat } from './realtime-events.js';
import { rateOf } from './spoken-response.js';

/** As theirs: 15 MB in one event at most. */
const MOST_BYTES = 15 * 2 ** 20;

/** The caller's sound that is not committed yet. */
export class CallerBuffer {
  readonly #joiner = new SampleJoiner();
  #pieces: Int16Array[] = [];
  #rateHz: SampleRateHz = 24_000;

  get lengthMs(): number {
    return durationMs(this.#samples, this.#rateHz);
  }

  get #samples(): number {
    return this.#pieces.reduce((sum, { length }) => sum + length, 0);
  }

  append(base64: string, format: RealtimeFormat): Complaint | undefined {
    const bytes = Buffer.from(base64, 'base64');
    if (bytes.length > MOST_BYTES) return { code: 'invalid_value', param: 'audio', message: 'Audio is too long.' };
    this.#rateHz = rateOf(format);
    this.#pieces.push(this.#decoded(bytes, format));
    return undefined;
  }

  clear(): void {
    this.#pieces = [];
  }

  /** All of it; it is empty then. */
  take(): { samples: Int16Array; rateHz: SampleRateHz } {
    const samples = new Int16Array(this.#samples);
    let at = 0;
    for (const piece of this.#pieces) {
      samples.set(piece, at);
      at += piece.length;
    }
    this.clear();
    return { samples, rateHz: this.#rateHz };
  }

  #decoded(bytes: Buffer, { type }: RealtimeFormat): Int16Array {
    if (type === 'audio/pcm') return bytesToPcm(this.#joiner.join(bytes)).slice();
    const decode = type === 'audio/pcmu' ? decodeMulaw : decodeAlaw;
    return decode(bytes, new Int16Array(bytes.length));
  }
}
