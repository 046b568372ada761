import { systemPrompt } from '@app/conversation';
import type {
  CallSettings,
  FunctionRunner,
  LanguageModel,
  Message,
  ModelFunctionCall,
  ProviderUsage,
} from '@app/conversation/ports';
import { type Clock, newCallId } from '@app/kernel';

export interface RehearsalParts {
  settings: CallSettings;
  model: LanguageModel;
  runner: FunctionRunner;
  clock: Clock;
  /** Ends it; what was said stays in `turns`. */
  signal: AbortSignal;
  onUsed(usage: ProviderUsage): void;
}

/** `refused`: it would have changed something. `asked`: it was for the call itself. */
export interface RehearsedFunction {
  name: string;
  argumentsJson: string;
  outcome: 'ran' | 'failed' | 'refused' | 'asked';
}

export interface RehearsedTurn {
  caller: string;
  agent: string;
  functions: RehearsedFunction[];
  /** From the caller's line to the whole answer. */
  tookMs: number;
}

export type RehearsedEnd =
  | { because: 'lines-over' }
  | { because: 'time-is-up' }
  | { because: 'agent-hung-up' }
  | { because: 'agent-transferred'; to: string | null };

type AfterAnswer = Exclude<RehearsedEnd, { because: 'lines-over' | 'time-is-up' }>;

/** As in a call: a spoken answer that is longer is a lecture, and a model that goes on asking gets nowhere. */
const MOST_OUTPUT_TOKENS = 400;
const MOST_ROUNDS = 8;
const NOT_DONE = { error: 'refused', detail: 'this is a test call: nothing is changed; say what you would have done' };

/** A conversation in writing: what the agent says to lines that are known beforehand. Nobody interrupts it. */
export class Rehearsal {
  readonly turns: RehearsedTurn[] = [];
  readonly #id = newCallId();
  readonly #messages: Message[];

  constructor(private readonly parts: RehearsalParts) {
    const { settings, runner, clock } = parts;
    const startedAt = clock.date().toISOString();
    const system = systemPrompt({ settings, startedAt, functions: [...runner.definitions] });
    this.#messages = [
      { role: 'system', text: system },
      { role: 'agent', text: settings.greeting },
    ];
  }

  /** @throws ProviderError */
  async hold(lines: readonly string[]): Promise<RehearsedEnd> {
    const { signal, clock } = this.parts;
    for (const caller of lines) {
      const turn: RehearsedTurn = { caller, agent: '', functions: [], tookMs: 0 };
      const sinceMs = clock.nowMs();
      this.turns.push(turn);
      this.#messages.push({ role: 'caller', text: caller });
      try {
        const end = await this.#answer(turn);
        if (end) return end;
      } catch (error) {
        if (signal.aborted) return { because: 'time-is-up' };
        throw error;
      } finally {
        turn.tookMs = Math.round(clock.nowMs() - sinceMs);
      }
    }
    return { because: 'lines-over' };
  }

  async #answer(turn: RehearsedTurn): Promise<AfterAnswer | undefined> {
    const { sayAgain, cannotHelp = sayAgain, goodbye, oneMoment } = this.parts.settings.phrases;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const { calls, reason, end } = await this.#ask(turn, round);
      if (end && turn.agent === '') turn.agent = end.because === 'agent-hung-up' ? goodbye : oneMoment;
      if (end) return end;
      if (calls.length > 0) continue;
      if (turn.agent === '') this.#say(turn, reason === 'refused' ? cannotHelp : sayAgain);
      return undefined;
    }
    if (turn.agent === '') this.#say(turn, sayAgain);
    return undefined;
  }

  #say(turn: RehearsedTurn, text: string): void {
    turn.agent = text;
    this.#messages.push({ role: 'agent', text });
  }

  async #ask(turn: RehearsedTurn, round: number) {
    const { model, runner, signal, onUsed } = this.parts;
    const functions = runner.definitions.map(({ name, description, parameters }) => ({
      name,
      description,
      parameters,
    }));
    const requestId = `${this.#id}/${this.turns.length}.${round}`;
    const request = { requestId, messages: this.#messages, functions, maxOutputTokens: MOST_OUTPUT_TOKENS };
    const calls: ModelFunctionCall[] = [];
    let text = '';
    let reason: string = 'stop';
    const before = turn.agent;
    for await (const part of model.reply({ ...request, messages: [...this.#messages], signal, onUsed })) {
      if (part.type === 'function-call') calls.push(part.call);
      if (part.type === 'text') {
        text += part.text;
        turn.agent = `${before} ${text}`.trim();
      }
      if (part.type !== 'finished') continue;
      const { vendorParts } = part;
      reason = part.reason;
      if (text !== '' || calls.length > 0)
        this.#messages.push({ role: 'agent', text: text.trim(), ...(calls.length > 0 && { calls }), ...(vendorParts && { vendorParts }) }); // prettier-ignore
    }
    let end: AfterAnswer | undefined;
    for (const call of calls) end = (await this.#run(turn, call)) ?? end;
    return { calls, reason, end };
  }

  /** @returns how the call ends by it */
  async #run(turn: RehearsedTurn, { id, name, argumentsJson }: ModelFunctionCall): Promise<AfterAnswer | undefined> {
    const { runner, signal } = this.parts;
    const effect = runner.definitions.find((definition) => definition.name === name)?.effect;
    const told = (outcome: RehearsedFunction['outcome'], result: object | string) => {
      turn.functions.push({ name, argumentsJson, outcome });
      const resultJson = typeof result === 'string' ? result : JSON.stringify(result);
      this.#messages.push({ role: 'function', id, name, resultJson });
    };
    switch (effect) {
      case 'ends-call':
        told('asked', { status: 'the call ends' });
        return { because: 'agent-hung-up' };
      case 'transfers-call':
        told('asked', { status: 'the transfer begins' });
        return { because: 'agent-transferred', to: destinationIn(argumentsJson) };
      case 'changes':
        return void told('refused', NOT_DONE);
      default: {
        const key = `${name}#${turn.functions.length}`;
        const result = await runner.run({ callId: this.#id, key, name, argumentsJson, signal });
        return void (result.ok
          ? told('ran', result.resultJson)
          : told('failed', { error: result.failure, detail: result.detail }));
      }
    }
  }
}

function destinationIn(argumentsJson: string): string | null {
  try {
    const { to } = JSON.parse(argumentsJson) as { to?: unknown };
    return typeof to === 'string' ? to : null;
  } catch {
    return null;
  }
}
