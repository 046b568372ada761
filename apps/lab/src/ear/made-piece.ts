import { Resampler } from '@app/audio';
import type { EvidencePiece } from '../call-evidence.js';

export interface MadeWord {
  text: string;
  /** Ms since the piece's first sample. */
  startMs: number;
  endMs: number;
}

/** A piece of sound that the voice made, at the rate of the line that it is looked for on. */
export interface MadePiece {
  contextId: string;
  text: string;
  samples: Int16Array;
  words: readonly MadeWord[];
  /** When its first sound was sent, in ms since the stream began; negative: before the call. */
  madeAtMs: number;
  within?: EvidencePiece['within'];
}

/** Speex delays what it resamples by so much. */
const RESAMPLER_DELAY_MS = 5;

/** Needs `loadResampler` when the voice spoke at another rate. @param line its rate, and when its stream began (ms since 1970) */
export function madePiece(evidence: EvidencePiece, line: { rateHz: number; beganAtMs: number }): MadePiece {
  const { contextId, text, words, within } = evidence;
  const samples = atRate(pcm(evidence.pcm), evidence.rateHz, line.rateHz);
  return { contextId, text, samples, words, madeAtMs: evidence.madeAtMs - line.beganAtMs, within };
}

export function atRate(samples: Int16Array, fromHz: number, toHz: number): Int16Array {
  if (fromHz === toHz) return samples;
  const resampler = new Resampler(fromHz, toHz);
  try {
    const [begin, end] = [resampler.process(samples), resampler.flush()];
    const whole = new Int16Array(begin.length + end.length);
    whole.set(begin);
    whole.set(end, begin.length);
    return whole.subarray(Math.round((RESAMPLER_DELAY_MS * toHz) / 1_000));
  } finally {
    resampler.close();
  }
}

/** Copied to a place of its own: the bytes of a small text may begin at an odd one. */
function pcm(base64: string): Int16Array {
  const bytes = Uint8Array.from(Buffer.from(base64, 'base64'));
  return new Int16Array(bytes.buffer, 0, bytes.length >> 1);
}
