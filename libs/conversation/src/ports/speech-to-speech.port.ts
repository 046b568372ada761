import type { SampleRateHz } from '@app/audio';
import type { Message, ModelFunction, ModelFunctionCall } from './language-model.port.js';
import type { ModelUsage } from './model-usage.js';

/** What a model that speaks itself gives, in the order in which it comes. */
export type SpokenPart =
  /** At the session's rate. */
  | { type: 'sound'; samples: Int16Array }
  /** What it says, a little ahead of the sound of it. */
  | { type: 'words'; text: string }
  | { type: 'function-call'; call: ModelFunctionCall }
  /** Always last. */
  | { type: 'finished'; reason: 'stop' | 'functions' | 'length' | 'refused'; usage: ModelUsage | null };

/** Something that stands in the model's own history; opaque, and of one session. */
export type SpokenItem = object;

export interface SpeechRequest {
  requestId: string;
  /** Who the agent is and what it may do; counts for this reply. */
  instructions: string;
  functions: readonly ModelFunction[];
  maxOutputTokens?: number | undefined;
  /** Stops the reply; the iteration then throws the signal's reason. */
  signal: AbortSignal;
  /** Told once, also of a reply that was stopped, and then later; null: the session ended first. Not told of one that was never asked. */
  onUsage?: (usage: ModelUsage | null) => void;
}

/** A reply in the making. */
export interface SpokenReply {
  /** One reader. @throws ProviderError, once; the signal's reason when aborted */
  readonly parts: AsyncIterable<SpokenPart>;
  /** All that it adds to the history. */
  readonly item: SpokenItem;
}

export interface SpeechToSpeechOptions {
  callId: string;
  /** The provider's id of a voice. */
  voiceId: string;
  /** BCP 47. */
  language: string;
  rateHz: SampleRateHz;
  /** Ends the session and everything in it. */
  signal: AbortSignal;
}

/** A model that hears and speaks by itself. Whose turn it is, the conversation decides, not the model. */
export interface SpeechToSpeech {
  /** `vendor/model`, as it stands in the record. */
  readonly name: string;

  /** @throws ProviderError when the session cannot be opened in time; the signal's reason when aborted before */
  open(options: SpeechToSpeechOptions): Promise<SpeechToSpeechSession>;
}

/** The model's side of one call. Its methods return at once and do not throw; after the end they do nothing. */
export interface SpeechToSpeechSession {
  /** It was lost, or its time is nearly up: the next reply had better be asked of another one. */
  readonly over: boolean;

  /** The caller's sound, at the session's rate. Copies. */
  push(samples: Int16Array): void;

  /** Forgets the pushed sound that is not in the history yet. */
  forget(): void;

  /** Puts the pushed sound into the history, as what the caller said. */
  takeTurn(): SpokenItem;

  /**
   * Puts something into the history as text.
   *
   * @param behind what it follows, null at the beginning; where it is not told, it stands at the end
   */
  add(message: Exclude<Message, { role: 'system' }>, behind?: SpokenItem | null): SpokenItem;

  /** Only the first `heardMs` of its sound were heard: the model remembers no more of it. */
  truncate(item: SpokenItem, heardMs: number): void;

  /** It never happened. */
  drop(item: SpokenItem): void;

  /** Answers the history as it stands. Another one waits until this one is over. */
  reply(request: SpeechRequest): SpokenReply;

  /**
   * Says a text word for word, beside the history.
   *
   * @throws ProviderError, once; the signal's reason when aborted
   */
  read(text: string, options: { signal: AbortSignal }): AsyncIterable<Int16Array>;
}
