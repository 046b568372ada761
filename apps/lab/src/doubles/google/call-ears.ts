import type { RecognisedWord, RecogniserListener, RecogniserRequest, RecogniserSession } from '../../engines/recogniser-engine.js'; // prettier-ignore
import { type EarParts, openEar } from '../open-ear.js';

/** Who hears in one utterance of a stream after the other. */
interface Ear {
  session: RecogniserSession;
  speaking: StreamEar | undefined;
  /** Whose words are still to come, in the order in which they were asked for. */
  asked: (StreamEar | undefined)[];
}

interface EarsOfCall {
  firstMs: number;
  streams: Set<StreamEar>;
  ears: Ear[];
}

/**
 * The ears of calls that open one stream after another: they are kept while any stream of the call is open. There are few
 * real ones, and another that took over in the middle of a call would not know what had been said.
 */
export class CallEars {
  readonly #calls = new Map<string, EarsOfCall>();

  constructor(private readonly parts: EarParts) {}

  open(request: Omit<RecogniserRequest, 'placeless'>): RecogniserSession {
    const call = this.#callOf(request);
    const stream = new StreamEar(request.listener, {
      offsetMs: this.parts.clock.nowMs() - call.firstMs,
      take: () => call.ears.find(({ speaking }) => !speaking) ?? this.#openEar(call, request),
      over: () => this.#over(request.callId, call, stream),
    });
    call.streams.add(stream);
    return stream;
  }

  #callOf(request: Omit<RecogniserRequest, 'placeless'>): EarsOfCall {
    const known = this.#calls.get(request.callId);
    if (known) return known;
    const call: EarsOfCall = { firstMs: this.parts.clock.nowMs(), streams: new Set(), ears: [] };
    this.#calls.set(request.callId, call);
    this.#openEar(call, request); // before there is a voice: it takes its time to load
    return call;
  }

  #openEar(call: EarsOfCall, request: Omit<RecogniserRequest, 'placeless'>): Ear {
    const listener: RecogniserListener = {
      guessed: (text) => (ear.asked.length > 0 ? ear.asked[0] : ear.speaking)?.guessed(text),
      settled: (words) => ear.asked.shift()?.settled(words),
      lost: (error) => {
        call.ears = call.ears.filter((each) => each !== ear);
        for (const stream of new Set([...ear.asked, ear.speaking])) stream?.lost(error);
      },
    };
    const ear: Ear = { session: openEar(this.parts, { ...request, listener, placeless: true }), speaking: undefined, asked: [] }; // prettier-ignore
    call.ears.push(ear);
    return ear;
  }

  #over(callId: string, call: EarsOfCall, stream: StreamEar): void {
    call.streams.delete(stream);
    if (call.streams.size > 0) return;
    this.#calls.delete(callId);
    for (const { session } of call.ears) session.close();
  }
}

interface StreamParts {
  /** Where it begins, since the first stream of its call began. */
  offsetMs: number;
  /** An ear that hears nobody. */
  take: () => Ear;
  over: () => void;
}

/** What one stream has of its call's ears. */
class StreamEar implements RecogniserSession {
  #ear: Ear | undefined;
  /** Words that are still to come; `nothing` was said in between. */
  readonly #owed: ('words' | 'nothing')[] = [];
  #isOver = false;

  constructor(
    private readonly listener: RecogniserListener,
    private readonly parts: StreamParts,
  ) {}

  begin(atMs: number): void {
    this.#ear ??= this.parts.take();
    this.#ear.speaking = this;
    this.#ear.session.begin(this.parts.offsetMs + atMs);
  }

  hear(samples: Int16Array): void {
    this.#ear?.session.hear(samples);
  }

  settle(): void {
    this.#owed.push(this.#ear ? 'words' : 'nothing');
    this.#leave(this);
    this.#tellNothing();
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#leave(undefined);
    this.parts.over();
  }

  guessed(text: string): void {
    if (!this.#isOver) this.listener.guessed(text);
  }

  settled(words: readonly RecognisedWord[]): void {
    if (this.#isOver) return;
    this.#owed.shift();
    const { offsetMs } = this.parts;
    this.listener.settled(
      words.map((word) => ({ ...word, startMs: word.startMs - offsetMs, endMs: word.endMs - offsetMs })),
    );
    this.#tellNothing();
  }

  lost(error: Error): void {
    if (!this.#isOver) this.listener.lost(error);
  }

  /** The ear is anybody's again; its words go to whoever asks for them. */
  #leave(asks: StreamEar | undefined): void {
    const ear = this.#ear;
    if (!ear) return;
    this.#ear = undefined;
    ear.speaking = undefined;
    ear.asked.push(asks);
    ear.session.settle();
  }

  #tellNothing(): void {
    for (; this.#owed[0] === 'nothing' && !this.#isOver; this.#owed.shift()) this.listener.settled([]);
  }
}
