import { durationMs, rms, type SampleRateHz } from '@app/audio';

/** What is told of the sound, in ms since the session's first sample. */
export type Endpoint =
  | { type: 'speech-started'; atMs: number }
  | { type: 'speech-paused' } // long enough to settle what was said, if that was much
  | { type: 'speech-ended' };

/** A line's noise, and the level by which a voice must stand out of it; half of it once the voice is there. */
const LEAST_VOICE_RMS = 250;
const ABOVE_NOISE = 4;
/** Voice shorter than this is a click. */
const LEAST_VOICE_MS = 60;
const PAUSE_MS = 120;

/** Finds voice by its level alone: good enough for a caller who was rendered. */
export class Endpointer {
  #positionMs = 0;
  #voicedMs = 0;
  #silentMs = 0;
  #speaking = false;
  #noise = 40;

  /** @param silenceMs silence after which speech has ended */
  constructor(
    private readonly rateHz: SampleRateHz,
    private readonly silenceMs: number,
  ) {}

  /** Sound so far, and where the last voice was. Milliseconds. */
  get positionMs(): number {
    return this.#positionMs;
  }
  get lastVoiceMs(): number {
    return this.#positionMs - this.#silentMs;
  }
  get speaking(): boolean {
    return this.#speaking;
  }

  push(samples: Int16Array): Endpoint | undefined {
    const lengthMs = durationMs(samples.length, this.rateHz);
    const level = rms(samples);
    const least = Math.max(LEAST_VOICE_RMS, this.#noise * ABOVE_NOISE);
    const voiced = level >= (this.#speaking ? least / 2 : least);
    if (!voiced && !this.#speaking) this.#noise += (level - this.#noise) * 0.05;
    const paused = this.#silentMs >= PAUSE_MS;
    this.#positionMs += lengthMs;
    this.#voicedMs = voiced ? this.#voicedMs + lengthMs : 0;
    this.#silentMs = voiced ? 0 : this.#silentMs + lengthMs;
    return this.#speaking ? this.#endOrPause(paused) : this.#start();
  }

  #start(): Endpoint | undefined {
    if (this.#voicedMs < LEAST_VOICE_MS) return undefined;
    this.#speaking = true;
    return { type: 'speech-started', atMs: this.#positionMs - this.#voicedMs };
  }

  #endOrPause(pausedBefore: boolean): Endpoint | undefined {
    if (this.#silentMs >= this.silenceMs) {
      this.#speaking = false;
      return { type: 'speech-ended' };
    }
    return this.#silentMs >= PAUSE_MS && !pausedBefore ? { type: 'speech-paused' } : undefined;
  }
}
