import type { Input } from '../log/input.js';
import {
  type LanguageModel,
  type Message,
  type ModelFunction,
  type ModelPart,
  ProviderError,
  type ProviderSwitch,
  type ProviderUsage,
} from '../ports/index.js';
import { SentenceCutter } from './sentences.js';

/** A spoken answer that is longer than this is a lecture; the provider stops it. */
const MOST_OUTPUT_TOKENS = 400;

/** Who thinks, and in which language its answers are cut into sentences. */
export interface Mind {
  model: LanguageModel;
  language: string;
}

export interface ThinkerParts {
  callId: string;
  mind: Mind;
  tell: (input: Input) => void;
  /** A bug: it ends the call. */
  fail: (error: unknown) => void;
}

export interface Question {
  epoch: number;
  round: number;
  messages: readonly Message[];
  functions: readonly ModelFunction[];
}

/** Asks the model, and tells its answer sentence by sentence. One question at a time: a newer one stops the older. */
export class Thinker {
  #asking: { epoch: number; stop: AbortController } | undefined;

  #mind: Mind;

  constructor(private readonly parts: ThinkerParts) {
    this.#mind = parts.mind;
  }

  /** Another one is asked from the next question on. */
  change(mind: Mind): void {
    this.#mind = mind;
  }

  think(question: Question): void {
    this.stop();
    const stop = new AbortController();
    this.#asking = { epoch: question.epoch, stop };
    this.#ask(question, stop.signal).catch((error: unknown) => this.#failed(question.epoch, stop.signal, error));
  }

  stop(epoch?: number): void {
    if (!this.#asking || (epoch !== undefined && this.#asking.epoch !== epoch)) return;
    this.#asking.stop.abort();
    this.#asking = undefined;
  }

  async #ask({ epoch, round, messages, functions }: Question, signal: AbortSignal): Promise<void> {
    const { callId, tell } = this.parts;
    const { model, language } = this.#mind;
    const cutter = new SentenceCutter(language);
    const requestId = `${callId}/${epoch}.${round}`;
    let answered = false;
    const onSwitch = (change: ProviderSwitch) => tell({ type: 'provider-switched', ...change });
    const onUsed = (usage: ProviderUsage) => tell({ type: 'provider-used', usage, epoch });
    const request = { requestId, messages, functions, maxOutputTokens: MOST_OUTPUT_TOKENS, signal, onSwitch, onUsed };
    for await (const part of model.reply(request)) {
      if (signal.aborted) return;
      if (!answered) tell({ type: 'model-answered', epoch });
      answered = true;
      this.#take(part, epoch, cutter);
    }
  }

  #take(part: ModelPart, epoch: number, cutter: SentenceCutter): void {
    const { tell } = this.parts;
    const say = (text: string) => tell({ type: 'sentence-ready', epoch, text });
    if (part.type === 'text') return cutter.push(part.text).forEach(say);
    const rest = cutter.flush();
    const cutOff = wasCutOff(part, rest);
    (cutOff ? rest.slice(0, -1) : rest).forEach(say); // what was said before a function is called stands before it
    if (part.type === 'function-call') return tell({ type: 'function-called', epoch, call: part.call });
    const { reason, vendorParts } = part;
    tell({ type: 'reply-thought', epoch, reason, ...(cutOff && { cutOff }), ...(vendorParts && { vendorParts }) });
  }

  #failed(epoch: number, signal: AbortSignal, error: unknown): void {
    if (signal.aborted) return;
    if (!(error instanceof ProviderError)) return this.parts.fail(error);
    const { provider, code, retryable } = error;
    this.parts.tell({ type: 'provider-failed', stage: 'model', provider, code, retryable, epoch });
  }
}

/** Whether an answer was stopped in the middle of its last sentence, which then is better not said. */
const wasCutOff = (part: ModelPart, rest: readonly string[]): boolean =>
  part.type === 'finished' &&
  (part.reason === 'length' || part.reason === 'refused') &&
  rest.length > 0 &&
  !/[.!?…]["»”’)\s]*$/.test(rest.at(-1) ?? '');
