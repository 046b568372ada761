import {
  bytesToPcm,
  decodeAlaw,
  decodeMulaw,
  durationMs,
  FRAME_MS,
  rms,
  type SampleRateHz,
  samplesIn,
} from '@app/audio';
import { SampleJoiner } from '../../open-ear.js';
import type { Complaint, RealtimeFormat } from './realtime-events.js';
import { rateOf } from './spoken-response.js';

/** As theirs: 15 MB in one event at most. */
const MOST_BYTES = 15 * 2 ** 20;
const VOICE_RMS = 200;
/** First consonants are quiet. */
const BEFORE_VOICE_MS = 300;

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

  /** All of it but the silence before the voice, which would only take the ear time; it is empty then. */
  take(): { samples: Int16Array; rateHz: SampleRateHz } {
    const samples = new Int16Array(this.#samples);
    let at = 0;
    for (const piece of this.#pieces) {
      samples.set(piece, at);
      at += piece.length;
    }
    this.clear();
    return { samples: fromVoice(samples, this.#rateHz), rateHz: this.#rateHz };
  }

  #decoded(bytes: Buffer, { type }: RealtimeFormat): Int16Array {
    if (type === 'audio/pcm') return bytesToPcm(this.#joiner.join(bytes)).slice();
    const decode = type === 'audio/pcmu' ? decodeMulaw : decodeAlaw;
    return decode(bytes, new Int16Array(bytes.length));
  }
}

function fromVoice(samples: Int16Array, rateHz: SampleRateHz): Int16Array {
  const frame = samplesIn(FRAME_MS, rateHz);
  for (let at = 0; at < samples.length; at += frame) {
    if (rms(samples.subarray(at, at + frame)) < VOICE_RMS) continue;
    return samples.subarray(Math.max(0, at - samplesIn(BEFORE_VOICE_MS, rateHz)));
  }
  return samples;
}
