import type { Clock } from '@app/kernel';
import type {
  LanguageModel,
  ModelFunctionCall,
  ModelPart,
  ModelRequest,
  VendorParts,
} from '../ports/language-model.port.js';
import { wait } from './wait.js';

/** One answer: first the wait, then text, then calls, then the error or the end. */
export interface ScriptedReply {
  /** Before the first token. `Infinity`: never, until aborted. */
  afterMs?: number;
  /** Tokens; a string is told word by word, spaces with the word before them. */
  text?: string | readonly string[];
  /** Between two tokens. */
  tokenMs?: number;
  /** Between the last token and what follows. */
  endMs?: number;
  /** Not told of an answer that was cut off, as with every model. */
  calls?: readonly ModelFunctionCall[];
  /** Thrown after text and calls, in place of the end. */
  error?: Error;
  /** `functions` when there are calls, else `stop`. */
  reason?: 'stop' | 'functions' | 'length' | 'refused';
  vendorParts?: VendorParts;
}

export type ReplyScript = readonly (string | ScriptedReply)[] | ((request: ModelRequest) => string | ScriptedReply);

/** A model with its answers written beforehand. A script that is a list throws when it is asked for more than it holds. */
export class ScriptedLanguageModel implements LanguageModel {
  readonly name: string;
  /** As they were at the moment of asking; with the functions that were offered, none beside an `answerSchema`. */
  readonly requests: ModelRequest[] = [];

  constructor(
    private readonly clock: Clock,
    private readonly script: ReplyScript,
    { name = 'scripted/model' }: { name?: string } = {},
  ) {
    this.name = name;
  }

  async *reply(request: ModelRequest): AsyncGenerator<ModelPart> {
    const { signal } = request;
    signal.throwIfAborted();
    const offered = request.answerSchema ? [] : request.functions;
    this.requests.push({ ...request, functions: offered, messages: [...request.messages] });
    const { afterMs = 0, tokenMs = 0, endMs = 0, error, vendorParts, ...reply } = this.#next(request);
    const isWhole = reply.reason !== 'length' && reply.reason !== 'refused';
    const calls = isWhole ? (reply.calls ?? []) : [];
    await wait(this.clock, afterMs, signal);
    for (const [n, text] of tokensOf(reply.text ?? '').entries()) {
      if (n > 0) await wait(this.clock, tokenMs, signal);
      signal.throwIfAborted();
      yield { type: 'text', text };
    }
    await wait(this.clock, endMs, signal);
    for (const call of calls) {
      signal.throwIfAborted();
      yield { type: 'function-call', call };
    }
    signal.throwIfAborted();
    if (error) throw error;
    const reason = reply.reason ?? (calls.length > 0 ? 'functions' : 'stop');
    yield { type: 'finished', reason, usage: null, ...(vendorParts && { vendorParts }) };
  }

  #next(request: ModelRequest): ScriptedReply {
    const reply = typeof this.script === 'function' ? this.script(request) : this.script[this.requests.length - 1];
    if (reply === undefined) throw new Error(`the script has no line left for request ${this.requests.length}`);
    return typeof reply === 'string' ? { text: reply } : reply;
  }
}

const tokensOf = (text: string | readonly string[]): readonly string[] =>
  typeof text === 'string' ? text.split(/(?<= )/).filter(Boolean) : text;
