import { durationMs, samplesIn, type SampleRateHz } from '@app/audio';
import type { SpeechToTextOptions, UsageLoss } from '@app/conversation/ports';

export interface CountedEar {
  /** `vendor/model`. */
  provider: string;
  rateHz: SampleRateHz;
  /** It is sent nothing but utterances. */
  wholeUtterances: boolean;
  onUsed: SpeechToTextOptions['onUsed'];
}

/** Sent before the voice of an utterance. Milliseconds. */
const LEAD_MS = 200;

/** Counts the sound that one recogniser is sent. */
export class SoundCount {
  #samples = 0;
  #isVoiced = false;

  constructor(private readonly ear: CountedEar) {}

  /** On the hot path. */
  add(samples: number): void {
    if (this.#isVoiced || !this.ear.wholeUtterances) this.#samples += samples;
  }

  /** The caller's voice began so long ago. */
  begin(agoMs: number): void {
    if (this.ear.wholeUtterances && !this.#isVoiced) this.#samples += samplesIn(agoMs + LEAD_MS, this.ear.rateHz);
    this.#isVoiced = true;
  }

  /** The utterance is over. */
  finish(): void {
    this.#isVoiced = false;
    this.tell();
  }

  /** What was sent since it was told last, if anything. @param lost somebody else had heard it */
  tell(lost?: UsageLoss): void {
    if (this.#samples === 0) return;
    const { provider, rateHz, onUsed } = this.ear;
    const soundMs = Math.round(durationMs(this.#samples, rateHz));
    this.#samples = 0;
    onUsed?.({ stage: 'recogniser', provider, soundMs, ...(lost && { lost }) });
  }
}
