const FULL_SCALE = 32_768;

/** Root mean square of the samples, 0 to 32,768; 0 for none. */
export function rms(samples: Int16Array): number {
  if (samples.length === 0) return 0;
  let sum = 0;
  for (let n = 0; n < samples.length; n += 1) {
    const sample = samples[n] ?? 0;
    sum += sample * sample;
  }
  return Math.sqrt(sum / samples.length);
}

/** The same against full scale, in dBFS: 0 for a full-scale square wave, -3 for a sine, -Infinity for digital silence. */
export const rmsDbfs = (samples: Int16Array): number => 20 * Math.log10(rms(samples) / FULL_SCALE);

/** The sample furthest from zero, as a distance: 0 to 32,768. */
export function peak(samples: Int16Array): number {
  let highest = 0;
  for (let n = 0; n < samples.length; n += 1) highest = Math.max(highest, Math.abs(samples[n] ?? 0));
  return highest;
}
