import { type FunctionResult, type FunctionRun, type FunctionRunner } from '@app/conversation/ports';
import { type Clock, OperationalError } from '@app/kernel';
import { bookAppointment } from './book-appointment.js';
import { endCall } from './end-call.js';
import { findFreeSlots } from './find-free-slots.js';
import { type Act, failed, type OfferedFunction } from './offered-function.js';
import type { OfficeHours } from './office-hours.js';
import type { Calendar, FunctionLedger } from './ports/index.js';
import { type TransferDestination, transferCall } from './transfer-call.js';

export interface FunctionParts {
  calendar: Calendar;
  ledger: FunctionLedger;
  clock: Clock;
  officeHours: OfficeHours;
  /** Without any, `transfer-call` is not offered. */
  transferDestinations: readonly TransferDestination[];
  /** Is told what has no place in a result: a bug in a function, a ledger that did not take an end. Must not throw. */
  report(error: unknown, about: { callId: string; name: string }): void;
}

type Maker = (parts: FunctionParts) => OfferedFunction | undefined;

/** The one place where a function's name meets its file. */
const FUNCTIONS: Readonly<Record<string, Maker>> = {
  'find-free-slots': ({ calendar, officeHours, clock }) => findFreeSlots(calendar, officeHours, clock),
  'book-appointment': ({ calendar, officeHours, clock }) => bookAppointment(calendar, officeHours, clock),
  'end-call': () => endCall(),
  'transfer-call': ({ transferDestinations: to }) => (to.length > 0 ? transferCall(to) : undefined),
};

/** What an agent may be given. */
export const FUNCTION_NAMES: readonly string[] = Object.keys(FUNCTIONS);

/**
 * A runner for an agent that may call these. A name that is not known is left out: a call is answered with less rather
 * than not at all.
 */
export function functionRunnerOf(parts: FunctionParts, names: readonly string[]): FunctionRunner {
  const offered = names.flatMap((name) => (Object.hasOwn(FUNCTIONS, name) ? (FUNCTIONS[name]?.(parts) ?? []) : []));
  return new OfferedFunctionRunner(parts, offered);
}

const UNCERTAIN = failed(
  'uncertain',
  'it is not known whether this was done: say so, do not do it again, offer that a person confirms it',
);

class OfferedFunctionRunner implements FunctionRunner {
  readonly definitions;
  /** Changes under way: the same one asked for again is waited for, not begun. */
  readonly #changing = new Map<string, Promise<FunctionResult>>();

  constructor(
    private readonly parts: FunctionParts,
    private readonly offered: readonly OfferedFunction[],
  ) {
    this.definitions = offered.map(({ definition }) => definition);
  }

  async run(run: FunctionRun): Promise<FunctionResult> {
    const asked = this.offered.find(({ definition }) => definition.name === run.name);
    if (!asked) return failed('not-found', `there is no function ${run.name}`);
    const act = asked.prepare(run.argumentsJson);
    if (typeof act !== 'function') return act;
    const { effect, timeoutMs } = asked.definition;
    return effect === 'changes' ? this.#change(run, act, timeoutMs) : this.#read(run, act, timeoutMs);
  }

  /** May be stopped at any time: nothing depends on its end. */
  async #read(run: FunctionRun, act: Act, timeoutMs: number): Promise<FunctionResult> {
    const reading = act({ madeBy: madeBy(run) }).catch((error: unknown) => {
      this.#reportBug(error, run);
      return failed('unavailable', 'this cannot be looked up now');
    });
    const stopped = () => failed('unavailable', 'stopped');
    return this.#within(timeoutMs, reading, { signal: run.signal, stopped });
  }

  /** Runs to its end, also when nobody waits for it any more, so that the ledger holds what came of it. */
  async #change(run: FunctionRun, act: Act, timeoutMs: number): Promise<FunctionResult> {
    const key = madeBy(run);
    const bound = { isOver: false };
    const changing = this.#changing.get(key) ?? this.#once(run, act, bound).finally(() => this.#changing.delete(key));
    this.#changing.set(key, changing);
    const result = await this.#within(timeoutMs, changing);
    bound.isOver = true;
    return result;
  }

  async #once(run: FunctionRun, act: Act, bound: { readonly isOver: boolean }): Promise<FunctionResult> {
    const { callId, key, name, argumentsJson } = run;
    try {
      const entry = await this.parts.ledger.begin({ callId, key, name, argumentsJson });
      if (entry.state === 'done') return entry.result;
      if (entry.state === 'begun') return UNCERTAIN;
    } catch (error) {
      this.#reportBug(error, run);
      return failed('unavailable', 'this cannot be done now; nothing was done');
    }
    if (bound.isOver) return this.#end(run, failed('timed-out', 'it came too late and was not done'));
    try {
      return await this.#end(run, await act({ madeBy: madeBy(run) }));
    } catch (error) {
      this.#reportBug(error, run);
      return UNCERTAIN; // and left as begun, so that it stays uncertain
    }
  }

  /** A result that the ledger did not take is a result all the same; under the same key it will be uncertain. */
  async #end(run: FunctionRun, result: FunctionResult): Promise<FunctionResult> {
    try {
      await this.parts.ledger.end({ callId: run.callId, key: run.key, result });
    } catch (error) {
      this.parts.report(error, { callId: run.callId, name: run.name });
    }
    return result;
  }

  async #within(
    timeoutMs: number,
    result: Promise<FunctionResult>,
    stop?: { signal: AbortSignal; stopped: () => FunctionResult },
  ): Promise<FunctionResult> {
    const settled = new AbortController();
    const signal = stop ? AbortSignal.any([settled.signal, stop.signal]) : settled.signal;
    const late = this.parts.clock.sleep(timeoutMs, signal).then(
      () =>
        failed('timed-out', stop ? 'it took too long' : 'it took too long: it is not known yet whether it was done'),
      () => stop?.stopped() ?? result,
    );
    return Promise.race([result, late]).finally(() => settled.abort());
  }

  /** What the world did is told as a result; anything else is a bug, and somebody must see it. */
  #reportBug(error: unknown, { callId, name }: FunctionRun): void {
    if (!(error instanceof OperationalError)) this.parts.report(error, { callId, name });
  }
}

const madeBy = ({ callId, key }: FunctionRun): string => `${callId}/${key}`;
