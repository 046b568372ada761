import { samplesIn } from '@app/audio';
import type {
  Heard,
  LanguageModel,
  ModelFunctionCall,
  ModelPart,
  ModelRequest,
  ModelUsage,
  SpeechToSpeech,
  SpeechToSpeechSession,
  SpeechToText,
  SpeechToTextOptions,
  SpeechToTextSession,
  SpeakOptions,
  Spoken,
  SpokenItem,
  TextToSpeech,
  TextToSpeechOptions,
  TextToSpeechSession,
} from '../ports/index.js';
import { CallerSound } from './caller-sound.js';
import { SaidReply } from './said-reply.js';
import { readAloud } from './read-aloud.js';
import { SpokenMemory } from './spoken-memory.js';

export interface DialogueParts {
  speech: SpeechToSpeech;
  /** Hears the caller's words beside the model: for turn-taking and for the transcript, never for the model. */
  recogniser: SpeechToText;
}

/**
 * A model that hears and speaks by itself, seen as the recogniser, the model and the voice of one call: the conversation
 * takes turns, is interrupted, runs functions, recovers and keeps its log as with any other agent.
 */
export class Dialogue {
  readonly recogniser: SpeechToText;
  readonly model: LanguageModel;
  readonly voice: TextToSpeech;
  readonly #sound = new CallerSound();
  #options: TextToSpeechOptions | undefined;
  #session: Promise<Remembering> | undefined;
  #said: Said | undefined;
  /** Where pieces begin in what the model said itself. */
  readonly #places = new WeakMap<AsyncIterable<Spoken>, Place>();

  constructor(private readonly parts: DialogueParts) {
    const { speech, recogniser } = parts;
    this.recogniser = {
      name: recogniser.name,
      capabilities: recogniser.capabilities,
      open: (options) => this.#listen(options),
    };
    this.model = { name: speech.name, reply: (request) => this.#reply(request) };
    this.voice = { name: speech.name, capabilities: { wordTimes: false }, open: (options) => this.#open(options) };
  }

  #open(options: TextToSpeechOptions): TextToSpeechSession {
    this.#options = options;
    this.#sound.keep(samplesIn(1_000, options.rateHz));
    this.#usable().catch(() => undefined); // whoever needs it first is told
    return {
      speak: (text, { signal, onUsed }) => {
        const own = (place: Place) => void this.#places.set(spoken, place);
        const spoken = this.#speak(text, { signal: AbortSignal.any([options.signal, signal]), onUsed }, own);
        return spoken;
      },
      cutOff: (piece, heardMs) => this.#cutOff(piece, heardMs),
    };
  }

  async #listen(options: SpeechToTextOptions): Promise<SpeechToTextSession> {
    const session = await this.parts.recogniser.open(options);
    const sound = this.#sound;
    const owed = samplesIn(this.recogniser.capabilities.settlesWithinMs ?? 0, options.rateHz);
    sound.endVoice(0); // of the recogniser before it
    return {
      push: (samples) => {
        session.push(samples);
        sound.push(samples);
      },
      begin: (agoMs) => {
        session.begin?.(agoMs);
        sound.beginVoice(samplesIn(agoMs, options.rateHz));
      },
      finish: () => {
        session.finish();
        sound.endVoice(owed);
      },
      heard: noticing(session.heard, () => sound.saidWords()),
    };
  }

  async *#reply({ messages, functions, onUsed, ...request }: ModelRequest): AsyncGenerator<ModelPart> {
    const { requestId, maxOutputTokens, signal } = request;
    const { session, memory } = await this.#usable();
    signal.throwIfAborted();
    const { hasWords, isWhole } = this.#sound;
    if (!isWhole) session.forget(); // of half a question it hears nothing: all of it is told as text
    memory.tell(messages, hasWords && isWhole);
    this.#sound.taken();
    const instructions = messages.flatMap((message) => (message.role === 'system' ? [message.text] : [])).join('\n');
    const onUsage = (tokens: ModelUsage | null) => onUsed?.({ stage: 'model', provider: this.model.name, tokens });
    const { parts, item } = session.reply({ requestId, instructions, functions, maxOutputTokens, signal, onUsage });
    const said = new SaidReply(this.#rateHz);
    this.#said = { sound: said, item, memory };
    const calls: ModelFunctionCall[] = [];
    try {
      for await (const part of parts) {
        if (part.type === 'sound') said.sound(part.samples);
        else if (part.type === 'words') {
          said.say(part.text);
          yield { type: 'text', text: part.text };
        } else {
          if (part.type === 'function-call') calls.push(part.call);
          else said.end();
          yield part;
        }
      }
    } catch (error) {
      said.end(error);
      throw error;
    } finally {
      said.end(signal.aborted ? signal.reason : undefined);
      memory.said({ role: 'agent', text: said.text, calls }, item, said.lengthMs);
    }
  }

  /** At once: what the caller says next should not be answered from what was not heard. */
  #cutOff(piece: AsyncIterable<Spoken>, heardMs: number): void {
    const place = this.#places.get(piece);
    if (!place) return;
    const { sound, item, memory, fromMs } = place;
    if (!sound.isWhole || fromMs + heardMs < sound.lengthMs) memory.cut(item, fromMs + heardMs);
  }

  async *#speak(text: string, { signal, onUsed }: SpeakOptions, own: (place: Place) => void): AsyncGenerator<Spoken> {
    signal.throwIfAborted();
    if (text.trim() === '') return;
    const said = this.#said;
    const fromMs = said?.sound.givenMs ?? 0;
    const sound = said?.sound.take(text);
    if (said && sound) {
      own({ ...said, fromMs });
      return yield* sound;
    }
    const { session } = await this.#usable();
    signal.throwIfAborted();
    yield* readAloud(session, text, { signal, rateHz: this.#rateHz, provider: this.voice.name, onUsed });
  }

  /** The session of the call; another one with the same history, when it was lost. @throws ProviderError */
  #usable(): Promise<Remembering> {
    const dial = () => this.#dial();
    this.#session = this.#session
      ? this.#session.then((known) => (known.session.over ? dial() : known), dial)
      : this.#dial();
    return this.#session;
  }

  async #dial(): Promise<Remembering> {
    if (!this.#options) throw new Error('a dialogue is asked for something before its voice was opened');
    const session = await this.parts.speech.open(this.#options);
    this.#sound.goTo(session);
    return { session, memory: new SpokenMemory(session) };
  }

  get #rateHz() {
    return this.#options?.rateHz ?? 8_000;
  }
}

/** What the model said itself, and where it remembers it. */
interface Said {
  sound: SaidReply;
  item: SpokenItem;
  memory: SpokenMemory;
}

/** Where a piece begins in it. */
interface Place extends Said {
  fromMs: number;
}

interface Remembering {
  session: SpeechToSpeechSession;
  memory: SpokenMemory;
}

async function* noticing(heard: AsyncIterable<Heard>, words: () => void): AsyncGenerator<Heard> {
  for await (const item of heard) {
    if ('text' in item && item.text.trim() !== '') words();
    yield item;
  }
}
