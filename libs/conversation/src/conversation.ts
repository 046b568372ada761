import { type AgentParts, earOf, functionsOf, heardBy, mindOf } from './agent-parts.js';
import type { Call } from './call.js';
import { CallTimers } from './call-timers.js';
import { type AdoptedCall, ageMs, type ConversationParts, priced } from './conversation-parts.js';
import { CountedLine, type LineCounts } from './counted-line.js';
import { effectOf, refusalOf } from './desk/obey.js';
import { Listener } from './listening/listener.js';
import type { Effect } from './log/effect.js';
import { writeEntry } from './log/entry.js';
import type { CallCommand, CommandResult } from './log/command.js';
import type { Input } from './log/input.js';
import { CarrierError, type EndReason, type FunctionResult, type ProviderSwitch, StoreError } from './ports/index.js';
import { Persons } from './second-leg/persons.js';
import { mouthOf, type Ways } from './speaking/mouth.js';
import { carryOut } from './speaking/carry-out.js';
import { type Mouth, Speaker } from './speaking/speaker.js';
import { step } from './step.js';
import { functionsFor, messagesFor } from './thinking/history.js';
import { Thinker } from './thinking/thinker.js';

/** A function that changes something waits so long for the log to be stored; then it is not run. Milliseconds. */
const LOG_WAIT_MS = 500;

/** One call, from the first frame to the last: gives the machine its inputs, and does what it wants done. */
export class Conversation {
  #call: Call | null = null;
  #seq = 0;
  #taking = false;
  #broken = false;
  /** The end is told; what was used until then may still come in. */
  #settling = false;
  readonly #queue: Input[] = [];
  readonly #line: CountedLine;
  readonly #timers: CallTimers;
  readonly #startedMs: number;
  readonly #ending = new AbortController();
  readonly #listener: Listener;
  readonly #thinker: Thinker;
  readonly #speaker: Speaker;
  readonly #persons: Persons;
  readonly #ended: Promise<EndReason>;
  #end: (reason: EndReason) => void = () => undefined;
  #agent: AgentParts;
  /** Of the agent that speaks now: closes its voice. */
  #voiceOver = new AbortController();
  /** The carrier did not do what the last command wanted of it. */
  #carrierRefused = false;

  constructor(private readonly parts: ConversationParts) {
    const { callId, clock, settings, playout, adopted } = parts;
    const line = new CountedLine(parts.line);
    this.#line = line;
    this.#startedMs = clock.nowMs() - (adopted ? ageMs(adopted, clock) : 0);
    this.#call = adopted?.call ?? null;
    this.#seq = adopted?.seq ?? 0;
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    this.#agent = parts;
    const tell = (input: Input) => this.#take(priced(input, parts.priceOf));
    const fail = (error: unknown) => this.#fail(error);
    this.#timers = new CallTimers(
      clock,
      () => this.#nowMs(),
      (timer) => tell({ type: 'timer-due', timer }),
    );
    this.#listener = new Listener({
      ...{ callId, clock, detector: parts.detector, rateHz: line.rateHz, fail },
      turns: settings.turns,
      ear: earOf(parts),
      callMs: () => this.#nowMs(),
      tell: (input) => {
        if (input.type === 'voice-started') this.#agent.model.warm?.();
        tell(input);
      },
    });
    this.#thinker = new Thinker({ callId, mind: mindOf(parts), tell, fail });
    this.#speaker = new Speaker({ line, clock, playout, mouth: this.#mouthOf(parts), tell, fail });
    this.#persons = new Persons({
      ...{ callId, line, clock, playout, detector: parts.detector, persons: parts.persons, tell, fail },
      callMs: () => this.#nowMs(),
      agent: () => this.#agent,
      mouthOf: (agent, { legId, ...theirs }) => this.#mouthOf(agent, { ...theirs, callId: legId }),
    });
  }

  /** Speaks with the caller until the line is closed. Never rejects. */
  run(): Promise<EndReason> {
    const { playout, adopted } = this.parts;
    if (adopted) this.#adopt(adopted);
    else this.#start();
    this.#line.listen({
      frame: (samples) => {
        if (!this.#persons.hear(samples)) this.#listener.hear(samples);
        playout.catchUp();
      },
      digit: (digit) => this.#take({ type: 'digit-pressed', digit }),
      mark: () => undefined,
      closed: (end) => this.#take({ type: 'line-closed', end, counted: this.#line.counts }),
    });
    return this.#ended;
  }

  #start(): void {
    const { settings, functions, direction, clock, line, recogniser, turnedAway } = this.parts;
    const startedAt = clock.date().toISOString();
    this.#take({
      type: 'call-started',
      settings: heardBy(recogniser, settings),
      functions: functionsOf({ settings, functions }),
      direction,
      startedAt,
      ducks: line.capabilities.duck,
      ...(turnedAway && { turnedAway }),
    });
    this.#take({ type: 'line-up' });
  }

  #adopt({ fromNode, toNode, soundedMs, recorded }: AdoptedCall): void {
    this.#take({ type: 'call-adopted', fromNode, toNode, soundedMs, recorded });
  }

  /** Another process has the call: it is over here, without a word to its caller or its log. */
  leave(): void {
    const { line } = this.parts;
    this.#close('node-lost');
    if (line.leave) line.leave();
    else line.hangUp();
  }

  /** What passed over its line so far. */
  get lineCounts(): LineCounts {
    return this.#line.counts;
  }

  /** What an operator asks: done or under way when this returns, or refused. `hand-over` has a method of its own. */
  command(command: CallCommand, author: string, commandId?: string): CommandResult {
    const { capabilities } = this.parts.line;
    const isBeyond =
      (command.type === 'transfer' && !capabilities.transfers) ||
      (command.type === 'warm-transfer' && !this.parts.persons) ||
      (command.type === 'send-digits' && !capabilities.sendsDigits);
    if (isBeyond) return { refused: 'carrier-cannot' };
    const refused = this.#call && !this.#isOver() ? refusalOf(this.#call, command) : 'ended';
    if (refused) return { refused };
    this.#carrierRefused = false;
    this.#take({ type: 'command-given', command, author, ...(commandId !== undefined && { commandId }) });
    if (this.#carrierRefused) return { refused: 'carrier-cannot' };
    return { done: this.#call ? effectOf(this.#call, command) : 'hung-up' };
  }

  /** Another agent has the call from now on; the one before it says nothing more. */
  handOver(agent: AgentParts, author: string, commandId?: string): CommandResult {
    const before = this.#agent;
    this.#agent = agent;
    const settings = heardBy(agent.recogniser, agent.settings);
    const result = this.command({ type: 'hand-over', settings, functions: functionsOf(agent) }, author, commandId);
    if ('refused' in result) this.#agent = before;
    return result;
  }

  /** Inputs are lived one after another: what an effect causes at once waits until the step is done. */
  #take(input: Input): void {
    if (this.#ending.signal.aborted && !(input.type === 'provider-used' && this.#settling)) return;
    this.#queue.push(input);
    if (this.#taking) return;
    this.#taking = true;
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#live(next);
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#taking = false;
    }
  }

  #live(input: Input): void {
    const atMs = this.#nowMs();
    const stamped = { seq: this.#seq, atMs, input };
    const { call, effects } = step(this.#call, stamped);
    this.#seq += 1;
    this.#call = call;
    const entry = { ...stamped, effects };
    this.parts.log.append(writeEntry(entry));
    for (const effect of effects) this.#do(effect, call, atMs);
    this.parts.onEntry?.(entry);
    if (call.endedTold) this.#close(call.endReason ?? 'failed');
  }

  #do(effect: Effect, call: Call, atMs: number): void {
    switch (effect.type) {
      case 'set-timer':
        return this.#timers.set(effect.timer, effect.dueMs);
      case 'cancel-timer':
        return this.#timers.cancel(effect.timer);
      case 'tell':
        return this.parts.onEvent(effect.event, atMs);
      case 'open-recogniser':
      case 'close-recogniser':
      case 'ask-for-words':
      case 'hear-caller':
      case 'listen-for-tone':
        return this.#listener.obey(effect);
      case 'start-recording':
        return this.parts.recorder?.begin((reason) => this.#take({ type: 'recording-lost', reason }));
      case 'think':
        return this.#thinker.think({ ...effect, messages: messagesFor(call), functions: functionsFor(call) });
      case 'run-function':
        return this.#run(effect);
      case 'change-agent':
        return this.#changeAgent();
      case 'call-person':
      case 'tell-person':
      case 'join-person':
      case 'drop-person':
        return this.#persons.do(effect);
      case 'use-cheaper-model':
        return this.#useCheaperModel();
      case 'transfer':
      case 'send-digits':
      case 'hang-up':
        return this.#ask(effect);
      default:
        return carryOut(effect, { speaker: this.#speaker, thinker: this.#thinker, rateHz: this.#line.rateHz });
    }
  }

  /** What takes too long is given up by the machine; what only reads is stopped when the call is over. */
  #run({ key, call, changes }: Effect & { type: 'run-function' }): void {
    const { callId, log } = this.parts;
    const { functions } = this.#agent;
    const { signal } = this.#ending;
    const run = async (): Promise<FunctionResult> => {
      if (changes) await log.flush(LOG_WAIT_MS);
      return functions.run({ callId, key, name: call.name, argumentsJson: call.argumentsJson, signal });
    };
    run()
      .catch((error: unknown): FunctionResult => {
        if (!(error instanceof StoreError)) throw error;
        return { ok: false, failure: 'unavailable', detail: 'it could not be noted down, so it was not done' };
      })
      .then((result) => this.#take({ type: 'function-returned', key, result }))
      .catch((error: unknown) => this.#fail(error));
  }

  /** Asks the carrier; what it cannot do is no bug, and the machine decides what becomes of the call. */
  #ask(effect: Effect & { type: 'transfer' | 'send-digits' | 'hang-up' }): void {
    const { line } = this.parts;
    if (effect.type === 'hang-up') return line.hangUp();
    try {
      if (effect.type === 'transfer') line.transfer(effect.to);
      else line.sendDigits(effect.digits);
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.#carrierRefused = true;
      this.#take({ type: 'carrier-refused', asked: effect.type === 'transfer' ? 'transfer' : 'digits' });
    }
  }

  #useCheaperModel(): void {
    const { model, cheaperModel } = this.#agent;
    if (!cheaperModel) return;
    this.#thinker.change(mindOf({ ...this.#agent, model: cheaperModel }));
    const [from, to] = [model.name, cheaperModel.name];
    this.#take({ type: 'provider-switched', stage: 'model', from, to, reason: 'cheaper' });
  }

  #changeAgent(): void {
    this.#voiceOver.abort();
    this.#voiceOver = new AbortController();
    this.#listener.change(earOf(this.#agent));
    this.#thinker.change(mindOf(this.#agent));
    this.#speaker.change(this.#mouthOf(this.#agent));
  }

  #mouthOf(agent: AgentParts, to: Ways = { ...this.parts, signal: this.#voiceOver.signal }): Mouth {
    const onSwitch = (change: ProviderSwitch) => this.#take({ type: 'provider-switched', ...change });
    return mouthOf(agent, { ...to, phrases: this.parts.phrases, onSwitch });
  }

  /** A bug ends its call, not the process; the log says so, as far as the bug leaves it able to. */
  #fail(error: unknown): void {
    if (this.#ending.signal.aborted || this.#broken) return;
    this.#broken = true;
    this.parts.onBug(error);
    for (let tries = 0; tries < 2 && !this.#isOver(); tries += 1) this.#break();
    this.#close('failed');
    this.parts.line.hangUp();
  }

  /** What breaks in it is the same bug, which is told already, or follows from it. */
  #break(): void {
    this.#queue.length = 0;
    this.#taking = true;
    try {
      this.#live({ type: 'call-broke' });
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#live(next);
    } catch {
      this.#queue.length = 0;
    } finally {
      this.#taking = false;
    }
  }

  readonly #isOver = (): boolean => this.#ending.signal.aborted;

  #close(reason: EndReason): void {
    if (this.#ending.signal.aborted) return;
    const used = this.#queue.filter(({ type }) => type === 'provider-used');
    this.#queue.splice(0, Infinity, ...used);
    this.#settling = true;
    this.#ending.abort();
    this.#timers.close();
    this.#voiceOver.abort();
    this.#thinker.stop();
    this.#speaker.close();
    this.#listener.close();
    this.#persons.end();
    this.#settleUses();
    this.#end(reason);
  }

  /** What was used up to the end stands behind it in the log: it changes nothing any more. */
  #settleUses(): void {
    try {
      for (let next = this.#queue.shift(); next; next = this.#queue.shift()) this.#live(next);
    } catch (error) {
      if (!this.#broken) this.parts.onBug(error);
    } finally {
      this.#settling = false;
    }
  }

  #nowMs(): number {
    return Math.round((this.parts.clock.nowMs() - this.#startedMs) * 10) / 10;
  }
}
