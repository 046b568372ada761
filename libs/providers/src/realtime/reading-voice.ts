import type {
  SpeechToSpeech,
  SpeechToSpeechSession,
  Spoken,
  TextToSpeech,
  TextToSpeechOptions,
  TextToSpeechSession,
} from '@app/conversation/ports';
import { untilAborted } from '../until-aborted.js';

/** A model that speaks, as a voice for what is written: it reads word for word, without a conversation. */
export class ReadingVoice implements TextToSpeech {
  readonly name: string;
  readonly capabilities = { wordTimes: false };

  constructor(private readonly speech: SpeechToSpeech) {
    this.name = speech.name;
  }

  /** Its session is opened with the first piece. */
  open(options: TextToSpeechOptions): TextToSpeechSession {
    return new ReadingSession(this.speech, options);
  }
}

class ReadingSession implements TextToSpeechSession {
  #reader: Reader | undefined;

  constructor(
    private readonly speech: SpeechToSpeech,
    private readonly options: TextToSpeechOptions,
  ) {}

  speak(text: string, { signal: only }: { signal: AbortSignal }): AsyncIterable<Spoken> {
    const signal = AbortSignal.any([this.options.signal, only]);
    return untilAborted(this.#speak(text, signal), signal); // the dialling of a session is not stopped by a piece
  }

  async *#speak(text: string, signal: AbortSignal): AsyncGenerator<Spoken> {
    if (text.trim() === '') return;
    const reader = this.#usable();
    try {
      const session = await reader.begin();
      signal.throwIfAborted();
      for await (const samples of session.read(text, { signal })) yield { samples, words: [] };
    } catch (error) {
      if (!signal.aborted) reader.leave(); // the next piece had better try a new session
      throw error;
    } finally {
      reader.done();
    }
  }

  #usable(): Reader {
    if (this.#reader && !this.#reader.over) return this.#reader;
    this.#reader?.leave();
    return (this.#reader = new Reader(this.speech, this.options));
  }
}

/** A session, and the pieces that it reads. One that is left ends with the last of them. */
class Reader {
  readonly #opening: Promise<SpeechToSpeechSession>;
  readonly #ending = new AbortController();
  #session: SpeechToSpeechSession | undefined;
  #pieces = 0;
  #left = false;

  constructor(speech: SpeechToSpeech, options: TextToSpeechOptions) {
    this.#opening = this.#open(speech, options);
  }

  get over(): boolean {
    return this.#left || this.#session?.over === true;
  }

  /** @throws ProviderError when the session cannot be opened */
  begin(): Promise<SpeechToSpeechSession> {
    this.#pieces += 1;
    return this.#opening;
  }

  leave(): void {
    this.#left = true;
    this.#endWhenIdle();
  }

  /** With each piece that was begun. */
  done(): void {
    this.#pieces -= 1;
    this.#endWhenIdle();
  }

  #endWhenIdle(): void {
    if (this.#left && this.#pieces === 0) this.#ending.abort();
  }

  async #open(speech: SpeechToSpeech, options: TextToSpeechOptions): Promise<SpeechToSpeechSession> {
    const signal = AbortSignal.any([options.signal, this.#ending.signal]);
    this.#session = await speech.open({ ...options, signal });
    return this.#session;
  }
}
