import { Resampler, samplesIn } from '@app/audio';
import type { EvidencePiece } from '../call-evidence.js';

/** The ear listens at the rate of a telephone; what a telephone cannot carry it need not compare. */
export const EAR_RATE_HZ = 8_000;

export interface MadeWord {
  text: string;
  /** Ms since the piece's first sample. */
  startMs: number;
  endMs: number;
}

/** A piece of sound that the voice made, at the ear's rate. */
export interface MadePiece {
  contextId: string;
  text: string;
  samples: Int16Array;
  words: readonly MadeWord[];
  /** When its first sound was sent, in ms since the stream began; negative: before the call. */
  madeAtMs: number;
}

/** Speex delays what it resamples by so much. */
const RESAMPLER_DELAY_MS = 5;

/** Needs `loadResampler` when the voice spoke at another rate. @param beganAtMs when the stream began, ms since 1970 */
export function madePiece(evidence: EvidencePiece, beganAtMs: number): MadePiece {
  const { contextId, text, words } = evidence;
  const samples = atEarRate(pcm(evidence.pcm), evidence.rateHz);
  return { contextId, text, samples, words, madeAtMs: evidence.madeAtMs - beganAtMs };
}

export function atEarRate(samples: Int16Array, rateHz: number): Int16Array {
  if (rateHz === EAR_RATE_HZ) return samples;
  const resampler = new Resampler(rateHz, EAR_RATE_HZ);
  try {
    const [begin, end] = [resampler.process(samples), resampler.flush()];
    const whole = new Int16Array(begin.length + end.length);
    whole.set(begin);
    whole.set(end, begin.length);
    return whole.subarray(samplesIn(RESAMPLER_DELAY_MS, EAR_RATE_HZ));
  } finally {
    resampler.close();
  }
}

function pcm(base64: string): Int16Array {
  const bytes = Buffer.from(base64, 'base64');
  return Int16Array.from({ length: bytes.length >> 1 }, (_, place) => bytes.readInt16LE(place * 2));
}
