import { type SampleRateHz, samplesIn } from '@app/audio';

/** Low and high tone of each key, in Hz (ITU-T Q.23). */
const LOW_HZ = [697, 770, 852, 941] as const;
const HIGH_HZ = [1_209, 1_336, 1_477, 1_633] as const;
const KEYS = ['123A', '456B', '789C', '*0#D'] as const;

/** ITU-T Q.24 asks for at least 40 ms of each; telephones send 80 to 120. */
const TONE_MS = 100;
const GAP_MS = 80;
const AMPLITUDE = 6_000;

/** @throws RangeError for what is no key of a telephone */
export function digitTones(digits: string, rateHz: SampleRateHz): Int16Array {
  const tone = samplesIn(TONE_MS, rateHz);
  const each = tone + samplesIn(GAP_MS, rateHz);
  const sound = new Int16Array(each * digits.length);
  [...digits].forEach((digit, at) => {
    const row = KEYS.findIndex((keys) => keys.includes(digit));
    const [lowHz, highHz] = [LOW_HZ[row], HIGH_HZ[KEYS[row]?.indexOf(digit) ?? -1]];
    if (!lowHz || !highHz) throw new RangeError(`no key ${JSON.stringify(digit)} on a telephone`);
    for (let n = 0; n < tone; n += 1) {
      const turn = (2 * Math.PI * n) / rateHz;
      sound[at * each + n] = Math.round(AMPLITUDE * (Math.sin(turn * lowHz) + Math.sin(turn * highHz)));
    }
  });
  return sound;
}
