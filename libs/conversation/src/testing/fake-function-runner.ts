import type { Clock } from '@app/kernel';
import type { FunctionDefinition, FunctionResult, FunctionRun, FunctionRunner } from '../ports/function-runner.port.js';
import { wait } from './wait.js';

/** What a function looks like, and what running it brings; what is left out is harmless. */
export interface FakeFunction extends Partial<FunctionDefinition> {
  name: string;
  /** How long it takes. `Infinity`: for ever. */
  afterMs?: number;
  /** One after another, the last again and again; or worked out. Without it: `{}`. */
  results?: readonly FunctionResult[] | ((run: FunctionRun) => FunctionResult);
}

const NOTHING: FunctionResult = { ok: true, resultJson: '{}' };

/** Runs functions that were written beforehand, the way a runner must: what changes something happens once a key. */
export class FakeFunctionRunner implements FunctionRunner {
  readonly definitions: readonly FunctionDefinition[];
  /** Every run that was asked for. */
  readonly runs: FunctionRun[] = [];
  readonly #timesOf = new Map<string, number>();
  readonly #changes = new Map<string, Promise<FunctionResult>>();

  constructor(
    private readonly clock: Clock,
    private readonly functions: readonly FakeFunction[],
  ) {
    this.definitions = functions.map(({ name, description, parameters, effect, timeoutMs }) => ({
      name,
      description: description ?? name,
      parameters: parameters ?? { type: 'object', properties: {} },
      effect: effect ?? 'reads',
      timeoutMs: timeoutMs ?? 5_000,
    }));
  }

  run(run: FunctionRun): Promise<FunctionResult> {
    this.runs.push(run);
    const known = this.functions.find(({ name }) => name === run.name);
    if (!known) return Promise.resolve({ ok: false, failure: 'not-found', detail: `no function ${run.name}` });
    if (known.effect !== 'changes') return this.#read(known, run);
    const done = this.#changes.get(run.key) ?? this.#change(known, run);
    this.#changes.set(run.key, done);
    return done;
  }

  /** How often a function did its work: a change that was asked for twice under one key counts once. */
  timesDone(name: string): number {
    return this.#timesOf.get(name) ?? 0;
  }

  async #read(known: FakeFunction, run: FunctionRun): Promise<FunctionResult> {
    try {
      await wait(this.clock, known.afterMs ?? 0, run.signal);
    } catch {
      return { ok: false, failure: 'unavailable', detail: 'stopped' };
    }
    return this.#result(known, run);
  }

  async #change(known: FakeFunction, run: FunctionRun): Promise<FunctionResult> {
    await wait(this.clock, known.afterMs ?? 0);
    return this.#result(known, run);
  }

  #result({ name, results = [NOTHING] }: FakeFunction, run: FunctionRun): FunctionResult {
    const times = this.timesDone(name);
    this.#timesOf.set(name, times + 1);
    return typeof results === 'function' ? results(run) : (results[times] ?? results.at(-1) ?? NOTHING);
  }
}
