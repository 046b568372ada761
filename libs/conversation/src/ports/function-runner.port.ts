import type { ModelFunction } from './language-model.port.js';

/**
 * What running it does to the world.
 *
 * `reads`: may run while the turn is only a guess, may be stopped, may run twice.
 * `changes`: runs once for the same arguments in a call, only when the turn is certain, and to its end.
 * `ends-call`, `transfers-call`: asks the conversation itself; never reaches a runner.
 */
export type FunctionEffect = 'reads' | 'changes' | 'ends-call' | 'transfers-call';

export interface FunctionDefinition extends ModelFunction {
  effect: FunctionEffect;
  /** After this it counts as failed (`timed-out`); of a change it is then unknown whether it happened. */
  timeoutMs: number;
}

/** Why a function brought nothing, in the words that decide what to do next; the model is told the same word. */
export type FunctionFailure = 'invalid-arguments' | 'not-found' | 'refused' | 'timed-out' | 'unavailable' | 'uncertain';

export type FunctionResult = { ok: true; resultJson: string } | { ok: false; failure: FunctionFailure; detail: string }; // `detail` is for the model: no stack, no secret

export interface FunctionRun {
  callId: string;
  /** The same for the same function and arguments in the same call: what was done under it is not done again. */
  key: string;
  name: string;
  argumentsJson: string;
  signal: AbortSignal;
}

export interface FunctionRunner {
  readonly definitions: readonly FunctionDefinition[];
  /** Never throws: what went wrong is a result. */
  run(run: FunctionRun): Promise<FunctionResult>;
}
