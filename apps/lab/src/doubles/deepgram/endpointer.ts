import { durationMs, rms, type SampleRateHz } from '@app/audio';

/** What an endpointer tells of the sound, in ms since the session's first sample. */
export type Endpoint = { type: 'speech-started'; atMs: number } | { type: 'speech-ended'; atMs: number };

/** A line's noise, and the level by which a voice must stand out of it. */
const LEAST_VOICE_RMS = 250;
const ABOVE_NOISE = 4;
/** Voice shorter than this is a click. */
const LEAST_VOICE_MS = 60;

/** Finds voice by its level alone: good enough for a caller who was rendered. */
export class Endpointer {
  #positionMs = 0;
  #voicedMs = 0;
  #silentMs = 0;
  #speaking = false;
  #noise = 40;

  /** @param silenceMs silence after which an utterance has ended */
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
    this.#positionMs += lengthMs;
    const voiced = level >= Math.max(LEAST_VOICE_RMS, this.#noise * ABOVE_NOISE);
    if (!voiced && !this.#speaking) this.#noise += (level - this.#noise) * 0.05;
    this.#voicedMs = voiced ? this.#voicedMs + lengthMs : 0;
    this.#silentMs = voiced ? 0 : this.#silentMs + lengthMs;
    if (!this.#speaking && this.#voicedMs >= LEAST_VOICE_MS) return this.#change(true);
    if (this.#speaking && this.#silentMs >= this.silenceMs) return this.#change(false);
    return undefined;
  }

  #change(speaking: boolean): Endpoint {
    this.#speaking = speaking;
    return { type: speaking ? 'speech-started' : 'speech-ended', atMs: this.#positionMs };
  }
}
