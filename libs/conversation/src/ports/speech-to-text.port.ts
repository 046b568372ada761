import type { SampleRateHz } from '@app/audio';
import type { ProviderSwitch } from './provider-switch.js';
import type { ProviderUsage } from './provider-usage.js';

/** A word with its place in the caller's sound, in ms since the session's first sample. */
export interface HeardWord {
  text: string;
  startMs: number;
  endMs: number;
}

/** What a recogniser has to say about the caller. */
export type Heard =
  | { type: 'words-changed'; text: string } // a guess at all that is not settled; the next one replaces it
  /** Will not change; 0 to 1. Empty: the answer to `finish` when no words were in flight any more. */
  | { type: 'words-settled'; text: string; confidence: number; words: readonly HeardWord[] }
  | { type: 'speech-ended' } // the provider's own endpointing, where it has one
  /** All words so far may be the whole turn: time to begin an answer, which `turn-resumed` takes back. */
  | { type: 'turn-guessed' }
  | { type: 'turn-resumed' };

export interface SpeechToTextCapabilities {
  /** `words` of a settled text hold times. */
  wordTimes: boolean;
  /** Tells `speech-ended`. */
  endpoints: boolean;
  /** Tells `turn-guessed` and `turn-resumed`. */
  guessesTurns?: boolean;
  /** False: `finish` only sends what is waiting, and words are settled when the provider holds the turn for over. */
  settlesWhenAsked?: boolean;
  /** False: settled words always count as certain. */
  confidences?: boolean;
  /** It is sent nothing before `finish`, and tells nothing before it is answered: no guesses. */
  wholeUtterances?: boolean;
  /** How long words may take after `finish`, where that is longer than is usual of a live recogniser. Milliseconds. */
  settlesWithinMs?: number;
}

export interface SpeechToTextOptions {
  callId: string;
  /** BCP 47, such as `fr-FR`; `multi` for several at once. */
  language: string;
  rateHz: SampleRateHz;
  /** Names and terms to expect. */
  keyterms?: readonly string[];
  /** Ends the session at once; `heard` then finishes without an error. */
  signal: AbortSignal;
  /** Told before the first words that another recogniser hears than the one before it. */
  onSwitch?: (change: ProviderSwitch) => void;
  /** Told what was used since it was told last: when words are asked for, and before the signal's abort returns. */
  onUsed?: (use: ProviderUsage) => void;
}

export interface SpeechToText {
  /** `vendor/model`, as it stands in the record. */
  readonly name: string;
  readonly capabilities: SpeechToTextCapabilities;

  /** Opens one recogniser for one call. @throws ProviderError when the session cannot be opened in time */
  open(options: SpeechToTextOptions): Promise<SpeechToTextSession>;
}

export interface SpeechToTextSession {
  /** Takes sound at the session's rate and returns at once; never throws. After the end it is dropped. Copies. */
  push(samples: Int16Array): void;

  /** The caller's voice began, so many ms before the newest sample. Only for who hears whole utterances. */
  begin?(agoMs: number): void;

  /** Asks for the words still in flight, because the caller has gone quiet. */
  finish(): void;

  /** One reader. @throws ProviderError, once, when the session is lost; nothing comes after it. */
  readonly heard: AsyncIterable<Heard>;
}
