import { durationMs, type SampleRateHz } from './audio-frame.js';

/** Tones of answering machines lie within these; voices of people seldom hold one frequency there. Hertz. */
const LOWEST_HZ = 380;
const HIGHEST_HZ = 2_300;
/** Mean square of a sample, from which there is something to hear: 40 dB below full scale. */
const LEAST_POWER = 328 ** 2;
/** How far the sound of one frame may be spread around its frequency; a vowel is spread over its harmonics. Hertz. */
const SPREAD_HZ = 70;
/** From one frame to the next. Hertz. */
const STEADY_HZ = 20;
/** Shorter is a click, longer is music or a line that is out of order. Milliseconds. */
const SHORTEST_MS = 120;
const LONGEST_MS = 3_000;

/**
 * Hears a single steady tone, such as the one after which a machine records. It goes by how well each sample follows
 * from the two before it, as that of a sine does; one pass over a frame, no memory.
 */
export class ToneDetector {
  #hz = 0;
  #lastedMs = 0;

  constructor(private readonly rateHz: SampleRateHz) {}

  /** @returns how long a tone lasted that ended just before this frame, in ms; else 0 */
  hear(frame: Int16Array): number {
    const hz = this.#frequencyOf(frame);
    if (hz > 0 && (this.#lastedMs === 0 || Math.abs(hz - this.#hz) <= STEADY_HZ)) {
      this.#hz = hz;
      this.#lastedMs += durationMs(frame.length, this.rateHz);
      return 0;
    }
    const lastedMs = this.#lastedMs;
    this.#lastedMs = 0;
    return lastedMs >= SHORTEST_MS && lastedMs <= LONGEST_MS ? lastedMs : 0;
  }

  /** 0: no single tone. */
  #frequencyOf(frame: Int16Array): number {
    let [across, middle, both] = [0, 0, 0];
    for (let n = 2; n < frame.length; n += 1) {
      const outer = (frame[n] ?? 0) + (frame[n - 2] ?? 0);
      const inner = frame[n - 1] ?? 0;
      across += outer * inner;
      middle += inner * inner;
      both += outer * outer;
    }
    if (middle < LEAST_POWER * frame.length) return 0;
    const twiceCosine = across / middle; // of the angle from one sample to the next
    if (Math.abs(twiceCosine) >= 2) return 0;
    const angle = Math.acos(twiceCosine / 2);
    const perRadian = this.rateHz / (2 * Math.PI);
    const hz = angle * perRadian;
    if (hz < LOWEST_HZ || hz > HIGHEST_HZ) return 0;
    const error = Math.max(0, both / middle - twiceCosine ** 2);
    return (Math.sqrt(error) / (2 * Math.sin(angle))) * perRadian <= SPREAD_HZ ? hz : 0;
  }
}
