import type { ModelUsage } from './model-usage.js';
import type { ProviderSwitch } from './provider-switch.js';
import type { ProviderUsage } from './provider-usage.js';

/** A function that the model asks to run; `id` is the model's own. */
export interface ModelFunctionCall {
  id: string;
  name: string;
  argumentsJson: string;
}

/**
 * What a vendor wants back unchanged with an answer of its own (thinking blocks, thought signatures). Only the model that
 * gave it may read it; every other one passes over it.
 */
export interface VendorParts {
  /** `vendor/model`. */
  model: string;
  json: string;
}

/** One entry of the conversation, as a model is told it. */
export type Message =
  | { role: 'system'; text: string }
  | { role: 'caller'; text: string }
  /** What the caller heard of a reply (may be empty beside function calls), and what the agent asked to run. */
  | { role: 'agent'; text: string; calls?: readonly ModelFunctionCall[]; vendorParts?: VendorParts }
  | { role: 'function'; id: string; name: string; resultJson: string };

/** What a function looks like to a model. `parameters` is a JSON Schema of type object. */
export interface ModelFunction {
  name: string;
  description: string;
  parameters: Readonly<Record<string, unknown>>;
}

export type ModelPart =
  | { type: 'text'; text: string }
  | { type: 'function-call'; call: ModelFunctionCall } // whole: arguments are never told in pieces
  /** Always last. `vendorParts` belong to the whole answer: they go back with the agent's message of it. */
  | {
      type: 'finished';
      reason: 'stop' | 'functions' | 'length' | 'refused';
      usage: ModelUsage | null;
      vendorParts?: VendorParts;
    };

/** The shape that an answer must have: a JSON Schema of type object, without what a provider may refuse (`$ref`). */
export interface AnswerSchema {
  /** Lower case with underscores: some providers show it to the model. */
  name: string;
  schema: Readonly<Record<string, unknown>>;
}

export interface ModelRequest {
  /** Names this request at the provider, for support and for the bill: `<call id>/<reply number>`. */
  requestId: string;
  messages: readonly Message[];
  functions: readonly ModelFunction[];
  /** The whole answer is one JSON text of this shape; functions are then not offered. */
  answerSchema?: AnswerSchema;
  /** Upper bound of the answer. */
  maxOutputTokens?: number;
  /** Stops the answer; the iteration then throws the signal's reason. */
  signal: AbortSignal;
  /** Told when an answer has begun of which nothing can be told yet: a function's arguments are told whole. */
  onBegun?: () => void;
  /** Told before the first part that another model gives than the one before it. */
  onSwitch?: (change: ProviderSwitch) => void;
  /** Told what was used, once for each model that was asked; before the signal's abort returns, of what it stopped. */
  onUsed?: (use: ProviderUsage) => void;
}

export interface LanguageModel {
  /** `vendor/model`, as it stands in the record. */
  readonly name: string;

  /** It will be asked soon: a connection is made if there is none. Returns at once and never throws. */
  warm?(): void;

  /** @throws ProviderError, once; the signal's reason when aborted. An answer may be empty. */
  reply(request: ModelRequest): AsyncIterable<ModelPart>;
}
