import { samplesIn } from '@app/audio';
import type { Clock } from '@app/kernel';
import type { Message, ModelFunctionCall } from '../ports/language-model.port.js';
import type { ModelUsage } from '../ports/model-usage.js';
import { ProviderError } from '../ports/provider-error.js';
import type {
  SpeechRequest,
  SpeechToSpeech,
  SpeechToSpeechOptions,
  SpeechToSpeechSession,
  SpokenItem,
  SpokenPart,
  SpokenReply,
} from '../ports/speech-to-speech.port.js';
import { wait } from './wait.js';

export interface ScriptedSpeech {
  text?: string | undefined;
  calls?: readonly ModelFunctionCall[] | undefined;
  reason?: 'stop' | 'length' | 'refused' | undefined;
  /** Before the first word. */
  firstMs?: number | undefined;
  /** Between two words. */
  everyMs?: number | undefined;
  /** What ends it instead, after all of the above, so much later. */
  error?: Error | undefined;
  endMs?: number | undefined;
}

/** What a session was told, in order; items are numbered in the order in which they came to be. */
export type ToldSpeech =
  | { type: 'turn'; item: number; samples: number }
  /** `behind`: the item that it follows, 0 at the beginning; at the end when it is not told. */
  | { type: 'add'; item: number; message: Message; behind?: number }
  | { type: 'reply'; item: number; request: SpeechRequest }
  | { type: 'truncate'; item: number; heardMs: number }
  | { type: 'drop'; item: number }
  | { type: 'forget' };

/** Each word sounds so long. */
export const SCRIPTED_WORD_MS = 100;

/** A model that speaks what it is scripted to; each word is 100 ms of sound, whose samples tell their place. */
export class ScriptedSpeechToSpeech implements SpeechToSpeech {
  readonly name = 'scripted/speech';
  readonly sessions: ScriptedSpeechSession[] = [];
  readonly #refusals: Error[] = [];

  constructor(
    readonly clock: Clock,
    readonly replies: ScriptedSpeech[] = [],
  ) {}

  refuseNext(error: Error = new ProviderError(this.name, 'unreachable')): void {
    this.#refusals.push(error);
  }

  open(options: SpeechToSpeechOptions): Promise<ScriptedSpeechSession> {
    const refusal = this.#refusals.shift();
    if (refusal) return Promise.reject(refusal);
    if (options.signal.aborted) return Promise.reject(options.signal.reason as Error);
    const session = new ScriptedSpeechSession(this, options);
    this.sessions.push(session);
    return Promise.resolve(session);
  }
}

export class ScriptedSpeechSession implements SpeechToSpeechSession {
  over = false;
  readonly told: ToldSpeech[] = [];
  /** Sound that is not in the history yet. */
  pushed: number[] = [];
  /** What it was asked to read. */
  readonly texts: string[] = [];
  #items = 0;
  readonly #numbers = new Map<SpokenItem, number>();
  #last: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly script: ScriptedSpeechToSpeech,
    private readonly options: SpeechToSpeechOptions,
  ) {}

  push(samples: Int16Array): void {
    this.pushed.push(...samples);
  }

  forget(): void {
    this.pushed = [];
    this.told.push({ type: 'forget' });
  }

  takeTurn(): SpokenItem {
    const [item, ref] = this.#item();
    this.told.push({ type: 'turn', item, samples: this.pushed.length });
    this.pushed = [];
    return ref;
  }

  add(message: Message, behind?: SpokenItem | null): SpokenItem {
    const [item, ref] = this.#item();
    const after = behind === null ? 0 : behind && this.#numbers.get(behind);
    this.told.push({ type: 'add', item, message, ...(after !== undefined && { behind: after }) });
    return ref;
  }

  truncate(item: SpokenItem, heardMs: number): void {
    this.told.push({ type: 'truncate', item: this.#numbers.get(item) ?? 0, heardMs });
  }

  drop(item: SpokenItem): void {
    this.told.push({ type: 'drop', item: this.#numbers.get(item) ?? 0 });
  }

  reply(request: SpeechRequest): SpokenReply {
    const [item, ref] = this.#item();
    this.told.push({ type: 'reply', item, request });
    const signal = AbortSignal.any([this.options.signal, request.signal]);
    const parts = this.#speak(this.script.replies.shift() ?? { text: '' }, signal, request.onUsage);
    return { parts, item: ref };
  }

  async *read(text: string, { signal }: { signal: AbortSignal }): AsyncGenerator<Int16Array> {
    this.texts.push(text);
    const both = AbortSignal.any([this.options.signal, signal]);
    for await (const part of this.#speak({ text }, both)) if (part.type === 'sound') yield part.samples;
  }

  async *#speak(
    { text = '', calls = [], reason, firstMs = 0, everyMs = 0, error, endMs = 0 }: ScriptedSpeech,
    signal: AbortSignal,
    onUsage: SpeechRequest['onUsage'] = () => undefined,
  ): AsyncGenerator<SpokenPart> {
    // prettier-ignore
    const before = this.#last;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#last = promise;
    let usage: ModelUsage | null = null;
    try {
      await before;
      if (this.over) throw new ProviderError(this.script.name, 'unreachable');
      for (const [n, word] of text
        .split(/(?<=\s)/)
        .filter((word) => word !== '')
        .entries()) {
        await wait(this.script.clock, n === 0 ? firstMs : everyMs, signal);
        signal.throwIfAborted();
        yield { type: 'words', text: word };
        yield { type: 'sound', samples: scriptedSound(n, this.options.rateHz) };
      }
      if (error) await wait(this.script.clock, endMs, signal);
      signal.throwIfAborted();
      if (error) {
        this.over = !(error instanceof ProviderError) || error.failure !== 'timed-out';
        throw error;
      }
      for (const call of calls) yield { type: 'function-call', call };
      usage = { inputTokens: 10, cachedInputTokens: 0, outputTokens: 5 };
      onUsage(usage);
      yield { type: 'finished', reason: reason ?? (calls.length > 0 ? 'functions' : 'stop'), usage };
    } finally {
      if (!usage) onUsage(null);
      resolve();
    }
  }

  #item(): [number, SpokenItem] {
    const ref = {};
    this.#items += 1;
    this.#numbers.set(ref, this.#items);
    return [this.#items, ref];
  }
}

/** The sound of the nth word, counted from 0. */
export const scriptedSound = (n: number, rateHz: number): Int16Array =>
  new Int16Array(samplesIn(SCRIPTED_WORD_MS, rateHz as 8_000)).fill(1_000 + n);
