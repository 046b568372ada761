import { rms, type SampleRateHz, samplesIn } from '@app/audio';

/** A line of the caller's, as it will sound on the telephone. Places are samples from its first. */
export interface Utterance {
  text: string;
  samples: Int16Array;
  /** Where the voice truly begins and ends: what comes before and after is the quiet that a synthesizer leaves. */
  voicedFrom: number;
  voicedTo: number;
}

const BLOCK_MS = 5;
/** Of a synthesizer's own quiet between words; its voices speak at 1,000 to 4,000. */
const VOICED_RMS = 250;
const MARGIN_MS = 40;

/** Cuts the quiet at both ends to 40 ms, and finds the voice in the rest. */
export function utterance(text: string, samples: Int16Array, rateHz: SampleRateHz): Utterance {
  const block = samplesIn(BLOCK_MS, rateHz);
  const voiced: number[] = [];
  for (let at = 0; at + block <= samples.length; at += block) {
    if (rms(samples.subarray(at, at + block)) > VOICED_RMS) voiced.push(at);
  }
  const first = voiced[0] ?? 0;
  const last = (voiced.at(-1) ?? samples.length - block) + block;
  const margin = samplesIn(MARGIN_MS, rateHz);
  const from = Math.max(0, first - margin);
  const kept = samples.slice(from, Math.min(samples.length, last + margin));
  return { text, samples: kept, voicedFrom: first - from, voicedTo: last - from };
}
