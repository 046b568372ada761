import { CarrierError, type RequestGate, type ToggleStates } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import type { RingoverAsked, RingoverOperationName } from './asked.js';
import { type Exchanged, exchange } from './exchange.js';
import { cannot, fill, NO_ANSWER, type Operation, type RestRequest } from './operation.js';
import { type Operations, operationsOf } from './operations.js';
import { isAbsence, reasonOf, refusalOf, refused } from './refusal.js';
import type { RingoverRestSettings } from './rest.settings.js';

export interface RingoverRestParts {
  /** Shared by all that use the key, in whichever process. */
  gate: RequestGate;
  toggles: ToggleStates;
  clock: Clock;
  fetch: typeof fetch;
}

export interface AskOptions {
  /** Ends the waiting, with its own reason while nothing was sent, and as `timed-out` once it was. */
  signal?: AbortSignal | undefined;
}

export type RingoverToggle = 'mute' | 'hold' | 'record';

/** Told to slow down again and again, we do so for longer and longer: 1 s, 2 s, 4 s, 8 s. */
const FIRST_BACK_OFF_MS = 1_000;
const MAX_BACK_OFF_MS = 8_000;

/**
 * Ringover's REST interface, version 2. Every request waits for its turn at the gate; one that was told "too many" is
 * sent again only where that changes nothing, and a callback never.
 */
export class RingoverRest {
  readonly #operations: Operations;

  constructor(
    private readonly settings: RingoverRestSettings,
    private readonly parts: RingoverRestParts,
  ) {
    this.#operations = operationsOf(settings);
  }

  /** @throws CarrierError; one that is `uncertain` may have been carried out */
  ask<Name extends RingoverOperationName>(
    name: Name,
    input: RingoverAsked[Name]['with'],
    options: AskOptions = {},
  ): Promise<RingoverAsked[Name]['gives']> {
    return this.#run(this.#operations[name], input, options);
  }

  /** Whether a call can be ended here at all: how is not documented, so it must have been configured. */
  get canHangUp(): boolean {
    return this.settings.hangUp !== undefined;
  }

  /** Goes before all that waits. A call that is gone already counts as hung up. @throws CarrierError `cannot` without a configured path */
  async hangUp(call: { channelId?: string; callId?: string }, options: AskOptions = {}): Promise<void> {
    const at = this.settings.hangUp;
    if (!at) throw cannot('no way to hang up is configured');
    const hangUp: Operation<typeof call, void> = {
      ...{ grant: 'Calls: write', kind: 'safe', urgent: true, absent: 'nothing', read: () => undefined },
      request: ({ channelId, callId }) => ({
        method: at.method,
        path: fill(at.path, { channel_id: channelId, call_id: callId }),
      }),
    };
    await this.#run(hangUp, call, options);
  }

  /**
   * Brings a toggle of a channel into a state; what all nodes switched before is known, so asking twice is asking once.
   *
   * @throws CarrierError `cannot` when it is not known how it stands (then `assumeSwitched` says so), `overloaded` while
   * somebody else is at it; StoreError
   */
  async switchTo(
    { channelId, toggle, on }: { channelId: string; toggle: RingoverToggle; on: boolean },
    options: AskOptions = {},
  ): Promise<'switched' | 'already'> {
    const name = toggleName(channelId, toggle);
    const claim = await this.parts.toggles.claim(name, on);
    if (claim === 'already') return claim;
    if (claim === 'unknown') throw cannot(`whether ${toggle} is on is not known: a request got no answer`);
    if (claim === 'busy') throw new CarrierError('ringover', 'overloaded', { detail: `${toggle} is being switched` });
    const before = on ? 'off' : 'on';
    try {
      await this.#run(this.#toggling(toggle), { channelId }, options);
    } catch (error) {
      const isUncertain = error instanceof CarrierError && error.uncertain;
      await this.parts.toggles.settle(name, isUncertain ? 'unknown' : before);
      throw error;
    }
    await this.parts.toggles.settle(name, on ? 'on' : 'off');
    return 'switched';
  }

  /** Somebody looked, or heard it: so it stands. @throws StoreError */
  assumeSwitched(channelId: string, toggle: RingoverToggle, on: boolean): Promise<void> {
    return this.parts.toggles.settle(toggleName(channelId, toggle), on ? 'on' : 'off');
  }

  #toggling(toggle: RingoverToggle): Operation<{ channelId: string }, void> {
    const { method, path } = this.settings.toggle;
    return {
      ...{ grant: 'Calls: write', kind: 'once', absent: 'unknown-call', read: () => undefined },
      request: ({ channelId }) => ({ method, path: fill(path, { channel_id: channelId, toggle }) }),
    };
  }

  async #run<Input, Output>(operation: Operation<Input, Output>, input: Input, options: AskOptions): Promise<Output> {
    const request = operation.request(input);
    const patience = this.#patience(options.signal);
    try {
      const { status, answer } = await this.#send(request, operation, patience.signal);
      if (status >= 200 && status < 300) return readWith(operation, answer);
      if (isAbsence(status, answer, operation)) return readWith(operation, NO_ANSWER);
      if (status !== 401 && status !== 403) throw refusalOf(status, answer, operation);
      throw await this.#notPermitted(operation, status, reasonOf(answer), patience.signal);
    } finally {
      patience.over();
    }
  }

  async #send<Input, Output>(
    request: RestRequest,
    operation: Operation<Input, Output>,
    signal: AbortSignal,
  ): Promise<Exchanged> {
    const { gate, clock, fetch } = this.parts;
    const { apiKey, timeoutMs } = this.settings;
    const changes = operation.kind === 'once';
    for (let backOffMs = FIRST_BACK_OFF_MS; ; backOffMs = Math.min(2 * backOffMs, MAX_BACK_OFF_MS)) {
      await gate.pass({ account: apiKey, urgent: operation.urgent ?? false, signal });
      const sent = await exchange({ ...this.#http(request), changes }, { fetch, clock, timeoutMs, signal });
      if (sent.status !== 429) return sent;
      await gate.backOff(apiKey, backOffMs);
      if (changes) return sent;
    }
  }

  #http({ method, path, query = {}, body }: RestRequest) {
    const url = new URL(`${this.settings.url}${path}`);
    for (const [name, value] of Object.entries(query)) {
      if (value !== undefined) url.searchParams.set(name, String(value));
    }
    const headers = {
      authorization: this.settings.apiKey, // raw: `Bearer` is answered "Missing API key"
      accept: 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    return { url: url.href, method, headers, body: body === undefined ? undefined : JSON.stringify(body) };
  }

  /** A key that is unknown and one that may not do this are answered alike; what any key may ask tells them apart. */
  async #notPermitted(
    operation: Pick<Operation<never, unknown>, 'grant'>,
    status: number,
    reason: string | undefined,
    signal: AbortSignal,
  ): Promise<CarrierError> {
    if (reason === 'It is not your number') return refused(reason);
    const { grant } = operation;
    if (grant !== undefined && (status === 403 || (await this.#isKnown(signal))))
      return new CarrierError('ringover', 'missing-grant', { detail: grant, grant });
    return new CarrierError('ringover', 'wrong-key', reason === undefined ? undefined : { detail: reason });
  }

  /** @throws CarrierError `refused` when nobody could tell */
  async #isKnown(signal: AbortSignal): Promise<boolean> {
    const { team } = this.#operations;
    try {
      const { status } = await this.#send(team.request({}), { ...team, urgent: true }, signal);
      if (status === 401) return false;
      if (status >= 200 && status < 300) return true;
      throw refused('not permitted; whether the key is known could not be asked');
    } catch (cause) {
      if (cause instanceof CarrierError && cause.failure !== 'refused')
        throw refused('not permitted; whether the key is known could not be asked', cause);
      throw cause;
    }
  }

  /** The caller's own signal, or an end to waiting where there is none. */
  #patience(signal: AbortSignal | undefined): { signal: AbortSignal; over: () => void } {
    if (signal) return { signal, over: () => undefined };
    const impatience = new AbortController();
    const reason = new CarrierError('ringover', 'overloaded', { detail: 'did not get its turn' });
    const over = this.parts.clock.after(this.settings.patienceMs, () => impatience.abort(reason));
    return { signal: impatience.signal, over };
  }
}

const toggleName = (channelId: string, toggle: RingoverToggle): string => `ringover:${channelId}:${toggle}`;

function readWith<Input, Output>(operation: Operation<Input, Output>, answer: Exchanged['answer']): Output {
  try {
    return operation.read(answer);
  } catch (cause) {
    throw new CarrierError('ringover', 'unreadable', { cause, uncertain: operation.kind === 'once' });
  }
}
