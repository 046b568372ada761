import type { SampleRateHz } from '@app/audio';
import type { ProviderSwitch } from './provider-switch.js';
import type { ProviderUsage } from './provider-usage.js';

/** A word of what is spoken, in ms since the first sample of its piece. */
export interface SpokenWord {
  text: string;
  startMs: number;
  endMs: number;
}

/** Sound of one piece, in order; `words` are those that the provider has placed so far and has not told before. */
export interface Spoken {
  samples: Int16Array;
  words: readonly SpokenWord[];
}

export interface TextToSpeechCapabilities {
  /** Tells `words`; without it what was heard is estimated by length. */
  wordTimes: boolean;
}

export interface TextToSpeechOptions {
  callId: string;
  /** The provider's id of a voice. */
  voiceId: string;
  /** BCP 47. */
  language: string;
  rateHz: SampleRateHz;
  /** Ends the session and every piece in it. */
  signal: AbortSignal;
  /** Told before the first sound that another voice makes than the one before it. */
  onSwitch?: (change: ProviderSwitch) => void;
}

export interface TextToSpeech {
  /** `vendor/model`, as it stands in the record. */
  readonly name: string;
  readonly capabilities: TextToSpeechCapabilities;

  /** Takes what one call needs, such as a socket: lazily or at once, but never waits. */
  open(options: TextToSpeechOptions): TextToSpeechSession;
}

export interface SpeakOptions {
  signal: AbortSignal;
  /** Told what was used, once for each voice that was asked; before the signal's abort returns, of what it stopped. */
  onUsed?: (use: ProviderUsage) => void;
}

export interface TextToSpeechSession {
  /**
   * One piece of text in (a sentence or two), its sound out; several may run at once, each in its own iteration.
   *
   * @throws ProviderError, once; the signal's reason when aborted
   */
  speak(text: string, options: SpeakOptions): AsyncIterable<Spoken>;

  /**
   * A reply was cut off in this piece, or after it: so much of its sound was heard, and nothing of what was spoken later.
   * For a voice that remembers what it said; returns at once.
   *
   * @param piece what `speak` gave for it
   */
  cutOff?(piece: AsyncIterable<Spoken>, heardMs: number): void;
}
