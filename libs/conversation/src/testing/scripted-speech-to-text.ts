import { type Clock, Mailbox } from '@app/kernel';
import { durationMs } from '@app/audio';
import { ProviderError } from '../ports/provider-error.js';
import type {
  Heard,
  HeardWord,
  SpeechToText,
  SpeechToTextCapabilities,
  SpeechToTextOptions,
  SpeechToTextSession,
} from '../ports/speech-to-text.port.js';

const MS_PER_WORD = 250;

export interface SpeechToTextScript {
  name?: string;
  capabilities?: SpeechToTextCapabilities;
  /** Answers `finish` by settling the words of the last `change`, so many ms later; without it, nothing answers. */
  settles?: { clock: Clock; afterMs: number };
}

/** A recogniser that hears what the test tells it to hear. What it is told goes to its newest session. */
export class ScriptedSpeechToText implements SpeechToText {
  readonly name: string;
  readonly capabilities: SpeechToTextCapabilities;
  readonly sessions: ScriptedSpeechToTextSession[] = [];
  readonly #refusals: Error[] = [];

  constructor(private readonly script: SpeechToTextScript = {}) {
    this.name = script.name ?? 'scripted/recogniser';
    this.capabilities = script.capabilities ?? { wordTimes: true, endpoints: true };
  }

  open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const refusal = this.#refusals.shift();
    if (refusal) return Promise.reject(refusal);
    if (options.signal.aborted) return Promise.reject(options.signal.reason as Error);
    const session = new ScriptedSpeechToTextSession(options, this.script.settles);
    this.sessions.push(session);
    return Promise.resolve(session);
  }

  /** The next `open` fails with it. */
  refuseNext(error: Error = new ProviderError(this.name, 'unreachable')): void {
    this.#refusals.push(error);
  }

  change(text: string): void {
    this.#newest.change(text);
  }
  settle(text: string, how?: { confidence?: number; words?: readonly HeardWord[] }): void {
    this.#newest.settle(text, how);
  }
  endSpeech(): void {
    this.#newest.endSpeech();
  }
  guessTurn(): void {
    this.#newest.guessTurn();
  }
  resumeTurn(): void {
    this.#newest.resumeTurn();
  }
  fail(error?: Error): void {
    this.#newest.fail(error ?? new ProviderError(this.name, 'unreachable'));
  }

  get #newest(): ScriptedSpeechToTextSession {
    const newest = this.sessions.at(-1);
    if (!newest) throw new Error('no recogniser is open');
    return newest;
  }
}

export class ScriptedSpeechToTextSession implements SpeechToTextSession {
  readonly heard = new Mailbox<Heard>();
  pushedSamples = 0;
  finishedTimes = 0;
  #unsettled = '';

  constructor(
    readonly options: SpeechToTextOptions,
    private readonly settles: SpeechToTextScript['settles'],
  ) {
    options.signal.addEventListener('abort', () => this.heard.close(), { once: true });
  }

  push(samples: Int16Array): void {
    if (!this.options.signal.aborted) this.pushedSamples += samples.length;
  }

  finish(): void {
    this.finishedTimes += 1;
    if (!this.settles || this.options.signal.aborted) return;
    const forget = this.settles.clock.after(this.settles.afterMs, () => {
      if (this.#unsettled) this.settle(this.#unsettled);
    });
    this.options.signal.addEventListener('abort', forget, { once: true });
  }

  change(text: string): void {
    this.#unsettled = text;
    this.heard.push({ type: 'words-changed', text });
  }

  /** Without `words`, they are 250 ms each and end with the sound that was pushed so far. */
  settle(text: string, { confidence = 1, words }: { confidence?: number; words?: readonly HeardWord[] } = {}): void {
    this.#unsettled = '';
    this.heard.push({ type: 'words-settled', text, confidence, words: words ?? this.#placed(text) });
  }

  endSpeech(): void {
    this.heard.push({ type: 'speech-ended' });
  }

  guessTurn(): void {
    this.heard.push({ type: 'turn-guessed' });
  }

  resumeTurn(): void {
    this.heard.push({ type: 'turn-resumed' });
  }

  fail(error: Error): void {
    this.heard.close(error);
  }

  #placed(text: string): HeardWord[] {
    const words = text.split(/\s+/).filter(Boolean);
    const endMs = durationMs(this.pushedSamples, this.options.rateHz);
    const place = (left: number) => Math.max(0, Math.round(endMs - left * MS_PER_WORD));
    return words.map((word, n) => ({
      text: word,
      startMs: place(words.length - n),
      endMs: place(words.length - n - 1),
    }));
  }
}
