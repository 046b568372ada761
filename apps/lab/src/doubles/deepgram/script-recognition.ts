import { durationMs, rms, type SampleRateHz } from '@app/audio';
import type { CallerScript } from '../evidence.js';
import type { Recognition } from './recognition.js';

/** How long a word takes a caller, about: so many words have been guessed after so much voice. */
const MS_PER_WORD = 280;
/** Below this a frame is a line's noise. */
const VOICE_RMS = 250;

/**
 * Knows what its caller will say: each utterance is the next sentence of the script, word by word while there is voice.
 * How well it understood says nothing; it stands in where real recognisers would be too many for the machine.
 */
export class ScriptRecognition implements Recognition {
  readonly kind = 'script';
  #next = 0;
  #voicedMs = 0;

  constructor(
    private readonly script: () => CallerScript | undefined,
    private readonly rateHz: SampleRateHz,
  ) {}

  push(samples: Int16Array): void {
    if (rms(samples) >= VOICE_RMS) this.#voicedMs += durationMs(samples.length, this.rateHz);
  }

  guess(): Promise<string> {
    const words = this.#sentence().split(' ');
    return Promise.resolve(words.slice(0, Math.floor(this.#voicedMs / MS_PER_WORD)).join(' '));
  }

  settle(): Promise<string> {
    const heard = this.#voicedMs > 0 ? this.#sentence() : '';
    if (heard !== '') this.#next += 1;
    this.#voicedMs = 0;
    return Promise.resolve(heard);
  }

  close(): void {}

  #sentence(): string {
    return this.script()?.sentences[this.#next] ?? '';
  }
}
