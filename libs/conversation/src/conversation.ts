import type { PlayoutClock } from '@app/audio';
import { assertNever, type Cancel, type Clock } from '@app/kernel';
import type { Call } from './call.js';
import { Listener } from './listening/listener.js';
import type { Effect } from './log/effect.js';
import { type LogEntry, writeEntry } from './log/entry.js';
import type { CallCommand, Input, TimerName, TurnedAway } from './log/input.js';
import {
  type CallEvent,
  type CallLogSink,
  type CallRecorder,
  type CallSettings,
  CarrierError,
  type EndReason,
  type FunctionResult,
  type FunctionRunner,
  type LanguageModel,
  type Line,
  type SpeechToText,
  StoreError,
  type TextToSpeech,
  type VoiceDetector,
} from './ports/index.js';
import { type PhraseCache, phraseVoiceOf } from './speaking/phrases.js';
import { Speaker } from './speaking/speaker.js';
import { step } from './step.js';
import { functionsFor, messagesFor } from './thinking/history.js';
import { Thinker } from './thinking/thinker.js';

export interface ConversationParts {
  callId: string;
  line: Line;
  direction: 'inbound' | 'outbound';
  settings: CallSettings;
  clock: Clock;
  playout: PlayoutClock;
  recogniser: SpeechToText;
  model: LanguageModel;
  voice: TextToSpeech;
  detector: VoiceDetector;
  functions: FunctionRunner;
  phrases: PhraseCache;
  log: CallLogSink;
  /** Absent: nothing is recorded, whatever the settings say. */
  recorder?: CallRecorder | undefined;
  /** The call is not served; recogniser, model and voice are not asked for anything. */
  turnedAway?: TurnedAway | undefined;
  /** Told in order, while the call lives. Returns at once and does not throw. */
  onEvent: (event: CallEvent, atMs: number) => void;
  /** Told each entry of the log as it is written. Returns at once and does not throw. */
  onEntry?: (entry: LogEntry) => void;
  /** A bug ended the call; told once. */
  onBug: (error: unknown) => void;
}

/** A function that changes something waits so long for the log to be stored; then it is not run. Milliseconds. */
const LOG_WAIT_MS = 500;

/** A recogniser that is slow by its nature is given its time; one without guesses, also before a held reply goes on. */
function heardBy({ capabilities }: SpeechToText, settings: CallSettings): CallSettings {
  const { turns } = settings;
  const lateWordsMs = Math.max(turns.lateWordsMs, capabilities.settlesWithinMs ?? 0);
  const resumeMs = capabilities.wholeUtterances ? Math.max(turns.resumeMs, lateWordsMs) : turns.resumeMs;
  return { ...settings, turns: { ...turns, lateWordsMs, resumeMs } };
}

/** One call, from the first frame to the last: gives the machine its inputs, and does what it wants done. */
export class Conversation {
  #call: Call | null = null;
  #seq = 0;
  #taking = false;
  #broken = false;
  readonly #queue: Input[] = [];
  readonly #timers = new Map<TimerName, Cancel>();
  readonly #startedMs: number;
  readonly #ending = new AbortController();
  readonly #listener: Listener;
  readonly #thinker: Thinker;
  readonly #speaker: Speaker;
  readonly #ended: Promise<EndReason>;
  #end: (reason: EndReason) => void = () => undefined;

  constructor(private readonly parts: ConversationParts) {
    const { callId, line, clock, settings, model, voice, playout, phrases } = parts;
    this.#startedMs = clock.nowMs();
    this.#ended = new Promise((resolve) => (this.#end = resolve));
    const tell = (input: Input) => this.#take(input);
    const fail = (error: unknown) => this.#fail(error);
    const { language, listensTo, keyterms } = settings.agent;
    this.#listener = new Listener({
      ...parts,
      rateHz: line.rateHz,
      turns: settings.turns,
      language: listensTo,
      keyterms,
      callMs: () => this.#nowMs(),
      tell: (input) => {
        if (input.type === 'voice-started') model.warm?.();
        tell(input);
      },
      fail,
    });
    this.#thinker = new Thinker({ callId, model, language, tell, fail });
    const { voiceId } = settings.providers;
    const by = phraseVoiceOf(settings, line.rateHz);
    this.#speaker = new Speaker({
      line,
      clock,
      playout,
      voice: voice.open({
        callId,
        voiceId,
        language,
        rateHz: line.rateHz,
        signal: this.#ending.signal,
        onSwitch: (change) => tell({ type: 'provider-switched', ...change }),
      }),
      voiceName: voice.name,
      findPhrase: (text) => phrases.find(by, text),
      tell,
      fail,
    });
  }

  /** Speaks with the caller until the line is closed. Never rejects. */
  run(): Promise<EndReason> {
    const { settings, functions, direction, clock, line, recogniser, playout, turnedAway } = this.parts;
    const startedAt = clock.date().toISOString();
    const known = functions.definitions.filter(({ name }) => settings.functions.includes(name));
    this.#take({
      type: 'call-started',
      settings: heardBy(recogniser, settings),
      functions: known,
      direction,
      startedAt,
      ducks: line.capabilities.duck,
      ...(turnedAway && { turnedAway }),
    });
    this.#take({ type: 'line-up' });
    line.listen({
      frame: (samples) => {
        this.#listener.hear(samples);
        playout.catchUp();
      },
      digit: (digit) => this.#take({ type: 'digit-pressed', digit }),
      mark: () => undefined,
      closed: (end) => this.#take({ type: 'line-closed', end }),
    });
    return this.#ended;
  }

  /** What an operator asks. Once the call is over it does nothing. */
  command(command: CallCommand, author: string): void {
    this.#take({ type: 'command-given', command, author });
  }

  /** Inputs are lived one after another: what an effect causes at once waits until the step is done. */
  #take(input: Input): void {
    if (this.#ending.signal.aborted) return;
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
        return this.#setTimer(effect.timer, effect.dueMs);
      case 'cancel-timer':
        return this.#cancelTimer(effect.timer);
      case 'tell':
        return this.parts.onEvent(effect.event, atMs);
      case 'open-recogniser':
        return this.#listener.open(effect.afterMs);
      case 'close-recogniser':
        return this.#listener.close();
      case 'ask-for-words':
        return this.#listener.askForWords();
      case 'start-recording':
        return this.parts.recorder?.begin((reason) => this.#take({ type: 'recording-lost', reason }));
      case 'think':
        return this.#thinker.think({ ...effect, messages: messagesFor(call), functions: functionsFor(call) });
      case 'run-function':
        return this.#run(effect);
      case 'transfer':
      case 'hang-up':
        return this.#ask(effect);
      default:
        return this.#speak(effect);
    }
  }

  #speak(effect: Exclude<Extract<Effect, { epoch: number }>, { type: 'think' }>): void {
    switch (effect.type) {
      case 'speak':
        return this.#speaker.speak(effect.epoch, effect.piece, effect.text);
      case 'insert':
        return this.#speaker.insert(effect.epoch, effect.piece, effect.text);
      case 'release':
        return this.#speaker.release(effect.epoch);
      case 'finish-reply':
        return this.#speaker.finish(effect.epoch);
      case 'hold-reply':
        return this.#speaker.hold(effect.epoch);
      case 'resume-reply':
        return this.#speaker.resume(effect.epoch);
      case 'stop-reply':
        this.#thinker.stop(effect.epoch);
        return this.#speaker.stop(effect.epoch);
      case 'duck':
      case 'unduck':
        return this.#speaker.duck(effect.epoch, effect.type === 'duck');
      default:
        return assertNever(effect);
    }
  }

  /** What takes too long is given up by the machine; what only reads is stopped when the call is over. */
  #run({ key, call, changes }: Effect & { type: 'run-function' }): void {
    const { functions, callId, log } = this.parts;
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

  /** Asks the carrier; what it cannot do is an end of the call, not of the process. */
  #ask(effect: Effect & { type: 'transfer' | 'hang-up' }): void {
    try {
      if (effect.type === 'transfer') this.parts.line.transfer(effect.to);
      else this.parts.line.hangUp();
    } catch (error) {
      if (!(error instanceof CarrierError)) throw error;
      this.parts.line.hangUp();
    }
  }

  /** The system's timers fire up to a millisecond early; the machine is never told before its time. */
  #setTimer(timer: TimerName, dueMs: number): void {
    this.#cancelTimer(timer);
    const task = () => {
      if (this.#nowMs() < dueMs) return this.#setTimer(timer, dueMs);
      this.#timers.delete(timer);
      this.#take({ type: 'timer-due', timer });
    };
    this.#timers.set(timer, this.parts.clock.after(Math.ceil(dueMs - this.#nowMs()), task));
  }

  #cancelTimer(timer: TimerName): void {
    this.#timers.get(timer)?.();
    this.#timers.delete(timer);
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
    this.#ending.abort();
    this.#queue.length = 0;
    for (const timer of [...this.#timers.keys()]) this.#cancelTimer(timer);
    this.#thinker.stop();
    this.#speaker.close();
    this.#listener.close();
    this.#end(reason);
  }

  #nowMs(): number {
    return Math.round((this.parts.clock.nowMs() - this.#startedMs) * 10) / 10;
  }
}
