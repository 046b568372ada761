import { Cutter, rms } from '@app/audio';
import type { VoiceDetector, VoiceDetectorSession } from '../ports/voice-detector.port.js';

const WINDOW_SAMPLES = 256;

export interface FakeVoiceDetectorOptions {
  /** What a window of samples is worth, 0 to 1. Without it: 1 where its RMS is at least `threshold`, else 0. */
  judge?: (window: Int16Array) => number;
  /** Of the root mean square, 0 to 32,768. A voice on the telephone has some thousands. */
  threshold?: number;
}

/** A voice detector that goes by loudness, and tells within `push`: the same sound gives the same, whenever it comes. */
export class FakeVoiceDetector implements VoiceDetector {
  readonly windowMs = 32;
  readonly #judge: (window: Int16Array) => number;
  #open = 0;

  constructor({ threshold = 150, judge }: FakeVoiceDetectorOptions = {}) {
    this.#judge = judge ?? ((window) => (rms(window) >= threshold ? 1 : 0));
  }

  /** Sessions that are open: a call that ended and left one has a leak. */
  get openSessions(): number {
    return this.#open;
  }

  open(tell: (probability: number) => void): VoiceDetectorSession {
    const windows = new Cutter(WINDOW_SAMPLES, (window) => {
      if (isOpen) tell(this.#judge(window)); // `tell` may have closed it, with more windows to come
    });
    let isOpen = true;
    this.#open += 1;
    return {
      push: (samples8k) => {
        if (isOpen) windows.push(samples8k);
      },
      close: () => {
        if (isOpen) this.#open -= 1;
        isOpen = false;
      },
    };
  }
}
