import type { SampleRateHz } from '@app/audio';

/** A word that was understood, in ms since the call's first sample; confidence from 0 to 1. */
export interface RecognisedWord {
  text: string;
  startMs: number;
  endMs: number;
  confidence: number;
}

export interface RecogniserListener {
  /** All words of the utterance as far as it goes; the next guess replaces it. */
  guessed(text: string): void;
  /** The answer to one `settle`; empty when nothing was understood. */
  settled(words: readonly RecognisedWord[]): void;
  /** The engine is gone: nothing comes after it. */
  lost(error: Error): void;
}

/** The recogniser of one call. Who uses it finds the utterances; it finds the words. */
export interface RecogniserSession {
  /** What is heard from here on is one utterance. @param atMs the place of its first sample in the call */
  begin(atMs: number): void;
  /** Sound of the utterance, at the call's rate. Copies. */
  hear(samples: Int16Array): void;
  /** Ends the utterance, and asks for its words; several may be under way, and are answered in order. */
  settle(): void;
  close(): void;
}

export interface RecogniserRequest {
  callId: string;
  rateHz: SampleRateHz;
  /** BCP 47, or `multi`. */
  language: string;
  listener: RecogniserListener;
  /** The places of its utterances in the call are not known. */
  placeless?: boolean;
}

export interface RecogniserEngine {
  readonly kind: 'pocketsphinx' | 'script';
  /** Undefined when it has no room for one more call, or does not know its language. */
  open(request: RecogniserRequest): RecogniserSession | undefined;
}
