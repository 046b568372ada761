import { PlayoutClock } from '@app/audio';
import { FakeClock } from '@app/kernel/testing';
import { Conversation } from '../conversation.js';
import { type LogEntry, readLog } from '../log/entry.js';
import { relive } from '../log/relive.js';
import type { TurnedAway } from '../log/input.js';
import { recordOf } from '../log/record.js';
import type {
  CallEvent,
  CallRecord,
  CallRecorder,
  CallSettings,
  EndReason,
  LinePacing,
  Message,
  PersonCaller,
  ProviderUsage,
  SpeechToSpeech,
} from '../ports/index.js';
import { PhraseCache } from '../speaking/phrases.js';
import { Dialogue } from '../speech-to-speech/dialogue.js';
import { type FakeFunction, FakeFunctionRunner } from './fake-function-runner.js';
import { FakeLine } from './fake-line.js';
import { type ReplyScript, ScriptedLanguageModel } from './scripted-language-model.js';
import { ScriptedSpeechToText } from './scripted-speech-to-text.js';
import { ScriptedTextToSpeech } from './scripted-text-to-speech.js';

const VOICE = 1_000;

/** Settings of an agent that needs no thought; what is given replaces its part. */
export function someSettings(
  turns: Partial<CallSettings['turns']> = {},
  limits: Partial<CallSettings['limits']> = {},
): CallSettings {
  return {
    agent: {
      id: 'agent-1',
      version: 1,
      name: 'Ada',
      language: 'en',
      listensTo: 'en',
      persona: 'You are brief.',
      keyterms: [],
    },
    greeting: 'Hello, this is Ada, an AI.',
    phrases: {
      oneMoment: 'One moment, please.',
      sayAgain: 'Could you say that again?',
      cannotHelp: 'I cannot help with that.',
      stillThere: ['Are you still there?', 'Hello?'],
      recovery: 'Sorry, something went wrong here.',
      apology: 'I am sorry, I cannot go on.',
      timeIsUp: 'I have to end the call now.',
      goodbye: 'Goodbye.',
    },
    turns: {
      voiceThreshold: 0.5,
      silenceThreshold: 0.35,
      voiceMs: 100,
      silenceMs: 160,
      pauseMs: 500,
      completeMs: 250,
      hesitationMs: 1_200,
      lateWordsMs: 900,
      overlapMs: 320,
      resumeMs: 700,
      speculates: true,
      ...turns,
    },
    limits: { maxCallMs: 900_000, silenceMs: 8_000, patienceMs: 2_200, giveUpMs: 8_000, ...limits },
    providers: { recogniser: 'scripted/recogniser', model: 'scripted/model', voice: 'scripted/voice', voiceId: 'any' },
    functions: ['look_up', 'book', 'end_call', 'transfer_call'],
  };
}

export interface RehearsedCallOptions {
  script: ReplyScript;
  settings?: CallSettings;
  functions?: readonly FakeFunction[];
  pacing?: LinePacing;
  /** Whether greeting and phrases are rendered before the call. */
  warm?: boolean;
  turnedAway?: TurnedAway;
  recorderFor?: (line: FakeLine) => CallRecorder;
  /** The agent is a model that speaks itself. */
  speechFor?: (clock: FakeClock) => SpeechToSpeech;
  recogniser?: ScriptedSpeechToText;
  /** Who can be called to take the call over; they are heard by `personsRecogniser`. */
  persons?: PersonCaller;
  /** The log of a call whose process is gone: this one goes on with it. */
  goesOnFrom?: readonly string[];
  priceOf?: (usage: ProviderUsage) => number | undefined;
}

/** A whole conversation in virtual time: the test is the caller and the recogniser's ear. */
export class RehearsedCall {
  readonly clock = new FakeClock();
  readonly recogniser: ScriptedSpeechToText;
  readonly personsRecogniser = new ScriptedSpeechToText();
  readonly voice = new ScriptedTextToSpeech(this.clock);
  readonly line: FakeLine;
  readonly model: ScriptedLanguageModel;
  readonly functions: FakeFunctionRunner;
  readonly events: CallEvent[] = [];
  readonly lines: string[] = [];
  readonly bugs: unknown[] = [];
  /** What the playout clock was told of tracks that broke. */
  readonly playoutBugs: unknown[] = [];
  endReason: EndReason | null = null;
  /** Whether the log can be stored: replace it to refuse. */
  flush: () => Promise<void> = () => Promise.resolve();
  conversation!: Conversation;
  #voiced = false;

  static async begin(options: RehearsedCallOptions): Promise<RehearsedCall> {
    const call = new RehearsedCall(options);
    await call.#begin(options);
    return call;
  }

  private constructor({ script, functions = [], pacing, recogniser }: RehearsedCallOptions) {
    this.recogniser = recogniser ?? new ScriptedSpeechToText();
    this.line = new FakeLine(pacing ? { pacing } : {});
    this.model = new ScriptedLanguageModel(this.clock, script);
    this.functions = new FakeFunctionRunner(this.clock, functions);
  }

  async #begin({
    settings = someSettings(),
    warm = true,
    turnedAway,
    recorderFor,
    speechFor,
    persons,
    goesOnFrom = [],
    priceOf,
  }: RehearsedCallOptions): Promise<void> {
    const relived = relive(readLog(goesOnFrom));
    this.lines.push(...goesOnFrom);
    const phrases = new PhraseCache();
    if (warm) {
      const warming = phrases.warm(settings, this.voice, this.line.rateHz, new AbortController().signal);
      await this.clock.advance(10_000);
      await warming;
    }
    this.voice.pieces.length = 0;
    const { recogniser } = this;
    const dialogue = speechFor && new Dialogue({ speech: speechFor(this.clock), recogniser });
    this.conversation = new Conversation({
      callId: 'call-1',
      line: this.line,
      direction: 'inbound',
      settings,
      clock: this.clock,
      playout: new PlayoutClock(this.clock, { onFailure: (error) => this.playoutBugs.push(error) }),
      recogniser: dialogue?.recogniser ?? recogniser,
      model: dialogue?.model ?? this.model,
      voice: dialogue?.voice ?? this.voice,
      detector: {
        windowMs: 20,
        open: (tell) => ({ push: () => tell(this.#voiced ? 1 : 0), close: () => undefined }),
      },
      functions: this.functions,
      phrases,
      turnedAway,
      persons,
      forPerson: () => ({ recogniser: this.personsRecogniser, voice: this.voice }),
      adopted: relived && { ...relived, fromNode: 'one', toNode: 'other' },
      recorder: recorderFor?.(this.line),
      log: { append: (line) => this.lines.push(line), flush: () => this.flush() },
      onEvent: (event) => this.events.push(event),
      priceOf,
      onBug: (error) => this.bugs.push(error),
    });
    void this.conversation.run().then((reason) => (this.endReason = reason));
    await this.clock.advance(0);
  }

  /** So much of the caller's line passes, a frame every 20 ms. */
  async pass(lengthMs: number, voiced = false): Promise<void> {
    this.#voiced = voiced;
    for (let passedMs = 0; passedMs < lengthMs; passedMs += 20) {
      this.line.say(voiced ? VOICE : 0);
      await this.clock.advance(20);
    }
  }

  /** The caller says this, for so long; the recogniser guesses in the middle and settles 200 ms after the end. */
  async say(words: string, lengthMs = words.split(' ').length * 250): Promise<void> {
    const half = Math.ceil(words.split(' ').length / 2);
    await this.pass(lengthMs / 2, true);
    this.recogniser.change(words.split(' ').slice(0, half).join(' '));
    await this.pass(lengthMs / 2, true);
    this.recogniser.change(words);
    await this.pass(200);
    this.recogniser.settle(words);
  }

  /** Waits until the agent is silent and has been so for a moment. */
  async hearOut(mostMs = 30_000): Promise<void> {
    for (let waitedMs = 0; waitedMs < mostMs; waitedMs += 100) {
      const spoken = this.events.filter(({ type }) => type === 'agent.spoke').length;
      await this.pass(100);
      if (this.events.filter(({ type }) => type === 'agent.spoke').length > spoken) return;
    }
    throw new Error('the agent did not finish anything');
  }

  get log(): LogEntry[] {
    return readLog(this.lines);
  }
  get record(): CallRecord {
    return recordOf(this.log);
  }
  /** What was said in the order in which it was heard, a line each. */
  get transcript(): string[] {
    return this.record.segments.map(({ speaker, heard }) => `${speaker}: ${heard}`);
  }
  /** What the model was told last, without the system's part. */
  get told(): readonly Message[] {
    return this.model.requests.at(-1)?.messages.slice(1) ?? [];
  }
}
