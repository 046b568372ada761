/** Rates at which telephones, recognisers and voices speak, in samples a second. */
export type SampleRateHz = 8_000 | 16_000 | 24_000;

/** The length of a frame: the default packet of telephone audio (RFC 3551 §4.2). */
export const FRAME_MS = 20;

/** A stretch of mono sound: signed 16-bit linear PCM. A *frame* is 20 ms of it, nothing else. */
export interface AudioFrame {
  readonly samples: Int16Array;
  readonly rateHz: SampleRateHz;
}

/** Milliseconds of sound in `sampleCount` samples. */
export const durationMs = (sampleCount: number, rateHz: SampleRateHz): number => (sampleCount * 1_000) / rateHz;

/** Samples in `lengthMs` of sound, rounded down. */
export const samplesIn = (lengthMs: number, rateHz: SampleRateHz): number => Math.floor((lengthMs * rateHz) / 1_000);
