import { type SampleRateHz, samplesIn } from './audio-frame.js';

/** `lengthMs` of nothing, rounded down to whole samples. */
export const silence = (lengthMs: number, rateHz: SampleRateHz): Int16Array =>
  new Int16Array(samplesIn(lengthMs, rateHz));
