import type { Call } from '../call.js';
import type { Effect } from '../log/effect.js';
import type { LogEntry } from '../log/entry.js';
import type { Input, TurnedAway } from '../log/input.js';
import type { CallEvent, CallSettings, FunctionDefinition } from '../ports/index.js';
import { step } from '../step.js';
import { someSettings } from './rehearsed-call.js';

type EffectOf<T extends Effect['type']> = Extract<Effect, { type: T }>;

export interface SteppedCallOptions {
  settings?: CallSettings;
  functions?: readonly FunctionDefinition[];
  ducks?: boolean;
  direction?: 'inbound' | 'outbound';
  turnedAway?: TurnedAway;
}

/** The machine alone, told its inputs one by one: for orders in which the driver and the fakes never tell them. */
export class SteppedCall {
  readonly log: LogEntry[] = [];
  atMs = 0;
  #call: Call | null = null;

  constructor({
    settings = someSettings(),
    functions = [],
    ducks = false,
    direction = 'inbound',
    turnedAway,
  }: SteppedCallOptions = {}) {
    const startedAt = '2026-11-21T09:00:00.000Z';
    const started = { settings, functions, direction, startedAt, ducks } as const;
    this.give({ type: 'call-started', ...started, ...(turnedAway && { turnedAway }) });
  }

  /** A call whose greeting has been heard. */
  static greeted(options: SteppedCallOptions = {}): SteppedCall {
    const call = new SteppedCall(options);
    call.give({ type: 'line-up' });
    call.hearOut();
    return call;
  }

  get call(): Call {
    if (!this.#call) throw new Error('a stepped call has begun');
    return this.#call;
  }

  /** So many ms pass, then this happens; answers what it led to. */
  give(input: Input, afterMs = 0): readonly Effect[] {
    this.atMs += afterMs;
    const stamped = { seq: this.log.length, atMs: this.atMs, input };
    const { call, effects } = step(this.#call, stamped);
    this.#call = call;
    this.log.push({ ...stamped, effects });
    return effects;
  }

  /** The voice lasts so long; the recogniser settles the words at its end. */
  say(text: string, lengthMs = 600): void {
    this.give({ type: 'voice-started', onsetMs: this.atMs }, 100);
    this.give({ type: 'words-changed', text }, lengthMs);
    this.give({ type: 'voice-stopped', endMs: this.atMs });
    this.give({ type: 'words-settled', text, confidence: 1 }, 50);
  }

  /** The pause is over, and with it the caller's turn. */
  endTurn(): readonly Effect[] {
    return this.give({ type: 'timer-due', timer: 'pause' }, 1_300);
  }

  /** The reply that has the floor is thought of: these sentences, and nothing more. */
  think(...texts: string[]): void {
    for (const text of texts) this.give({ type: 'sentence-ready', epoch: this.epoch, text });
    this.give({ type: 'reply-thought', epoch: this.epoch, reason: 'stop' });
  }

  /** Its first sound is on its way. */
  sound(): void {
    this.give({ type: 'reply-audible', epoch: this.epoch }, 100);
  }

  hearOut(): void {
    const { epoch } = this;
    this.sound();
    this.give({ type: 'reply-finished', epoch, basis: 'clock' }, 1_000);
  }

  get epoch(): number {
    return this.call.epoch;
  }
  get effects(): Effect[] {
    return this.log.flatMap(({ effects }) => effects);
  }
  done<T extends Effect['type']>(type: T): EffectOf<T>[] {
    return this.effects.filter((effect): effect is EffectOf<T> => effect.type === type);
  }
  get events(): CallEvent[] {
    return this.done('tell').map(({ event }) => event);
  }
  told<T extends CallEvent['type']>(type: T): Extract<CallEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<CallEvent, { type: T }> => event.type === type);
  }
}
