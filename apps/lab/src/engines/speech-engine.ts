import type { SampleRateHz } from '@app/audio';

/**
 * flite's voices: `rms`, `awb` (men) and `slt` (a woman) learned from recordings, their words placed to 60 ms; `kal16` is
 * put together from half-sounds, robotic, ten times as quick, its words placed to 150 ms. All speak American English.
 */
export type VoiceName = 'rms' | 'slt' | 'awb' | 'kal16';

/** A word as it stands in the text, punctuation included, in ms since the first sample. */
export interface RenderedWord {
  text: string;
  startMs: number;
  endMs: number;
}

export interface RenderedSpeech {
  /** Shared with whoever asks for the same words: read only. */
  samples: Int16Array;
  /** One for each stretch between white space, in order, never overlapping; one that has no sound is 0 ms long. */
  words: readonly RenderedWord[];
}

/** Makes speech. */
export interface SpeechEngine {
  /** The same sound for the same three. Silence of no length for a text without a word. */
  render(voice: VoiceName, text: string, rateHz: SampleRateHz): Promise<RenderedSpeech>;
  /** Ends its threads; what is still being rendered is rejected. */
  close(): Promise<void>;
}
