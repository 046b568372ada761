import { durationMs } from '@app/audio';
import {
  type Heard,
  ProviderError,
  type SpeechToText,
  type SpeechToTextOptions,
  type SpeechToTextSession,
} from '@app/conversation/ports';
import { type Clock, Mailbox } from '@app/kernel';
import OpenAI from 'openai';
import { Deadline } from '../deadline.js';
import { boundedFetch } from '../llm/bounded-fetch.js';
import { toProviderError } from '../llm/openai.errors.js';
import { timeoutsOf, type VendorConfig } from '../vendor-config.js';
import { LEAST_SOUND_MS, textOf, transcriptionBody } from './transcription.wire.js';
import { UtteranceSound } from './utterance-sound.js';

export interface TranscriptionConfig extends VendorConfig {
  /** `openai` if not told; a compatible server is a vendor of its own. */
  vendor?: string;
}

const MAX_ANSWER_BYTES = 1_000_000;
/** Utterances whose answers are not there yet: more, and nobody is there. */
const MOST_WAITING = 4;

/**
 * OpenAI's transcription of files (Whisper and its successors), or that of any server that speaks its protocol: one
 * request for each utterance, whose beginning and end it is told. Never asks twice.
 */
export class TranscriptionSpeechToText implements SpeechToText {
  readonly name: string;
  readonly capabilities;
  readonly #client: OpenAI;

  constructor(
    private readonly config: TranscriptionConfig,
    private readonly clock: Clock,
  ) {
    this.name = `${config.vendor ?? 'openai'}/${config.model}`;
    this.capabilities = {
      wordTimes: false,
      endpoints: false,
      confidences: false,
      wholeUtterances: true,
      settlesWithinMs: timeoutsOf(config).firstMs,
    };
    this.#client = new OpenAI({
      apiKey: config.apiKey,
      baseURL: config.url,
      organization: null, // what is left out, the SDK looks for in the environment
      project: null,
      maxRetries: 0,
      logLevel: 'off', // it would print what it cannot read
      fetch: boundedFetch(this.name, MAX_ANSWER_BYTES),
    });
  }

  open(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const { signal, callId } = options;
    if (signal.aborted) return Promise.reject(signal.reason as Error);
    let asked = 0;
    const ask = async (samples: Int16Array, ending: AbortSignal): Promise<string> => {
      asked += 1;
      const headers = { 'X-Client-Request-Id': `${callId}/ear-${asked}` };
      const body = await transcriptionBody(this.config.model, { samples, rateHz: options.rateHz }, options);
      return textOf(this.name, await this.#client.audio.transcriptions.create(body, { signal: ending, headers }));
    };
    const { firstMs } = timeoutsOf(this.config);
    return Promise.resolve(new TranscriptionSession(options, { provider: this.name, clock: this.clock, firstMs, ask }));
  }
}

interface Asking {
  provider: string;
  clock: Clock;
  firstMs: number;
  /** The words of an utterance. */
  ask: (samples: Int16Array, ending: AbortSignal) => Promise<string>;
}

/** Utterances are answered one after the other, so that words keep their order. */
class TranscriptionSession implements SpeechToTextSession {
  readonly heard = new Mailbox<Heard>();
  readonly #sound: UtteranceSound;
  readonly #waiting: Int16Array[] = [];
  readonly #deadline: Deadline;
  readonly #ending = new AbortController();
  #asking = false;

  constructor(
    private readonly options: SpeechToTextOptions,
    private readonly asking: Asking,
  ) {
    this.#sound = new UtteranceSound(options.rateHz);
    this.#deadline = new Deadline(asking.clock, () => this.#end(new ProviderError(asking.provider, 'timed-out')));
    options.signal.addEventListener('abort', () => this.#end(), { once: true });
  }

  push(samples: Int16Array): void {
    if (this.#ending.signal.aborted) return;
    const part = this.#sound.push(samples);
    if (part) this.#enqueue(part);
  }

  begin(agoMs: number): void {
    this.#sound.begin(agoMs);
  }

  finish(): void {
    if (!this.#ending.signal.aborted) this.#enqueue(this.#sound.end());
  }

  #enqueue(samples: Int16Array): void {
    this.#waiting.push(samples);
    if (this.#waiting.length > MOST_WAITING) return this.#end(new ProviderError(this.asking.provider, 'timed-out'));
    if (!this.#asking) void this.#answerAll();
  }

  async #answerAll(): Promise<void> {
    this.#asking = true;
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) await this.#answer(next);
    } catch (error) {
      this.#end(toProviderError(this.asking.provider, error));
    }
    this.#asking = false;
  }

  async #answer(samples: Int16Array): Promise<void> {
    const isShort = durationMs(samples.length, this.options.rateHz) < LEAST_SOUND_MS;
    if (!isShort) this.#deadline.within(this.asking.firstMs);
    const text = isShort ? '' : await this.asking.ask(samples, this.#ending.signal);
    this.#deadline.met();
    this.heard.push({ type: 'words-settled', text, confidence: 1, words: [] });
  }

  /** Once; what comes later is not told. */
  #end(error?: unknown): void {
    this.heard.close(error);
    this.#deadline.met();
    this.#waiting.length = 0;
    this.#ending.abort();
  }
}
