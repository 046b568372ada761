import { randomUUID } from 'node:crypto';
import { bytesToPcm, type SampleRateHz, samplesIn } from '@app/audio';
import type { Cancel } from '@app/kernel';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type {
  RecognisedWord,
  RecogniserEngine,
  RecogniserListener,
  RecogniserSession,
} from '../../engines/recogniser-engine.js';
import type { DoubleParts } from '../double-parts.js';
import { metadata, results, speechStarted, utteranceEnd } from './deepgram-messages.js';
import { Endpointer } from './endpointer.js';

export interface DeepgramParts extends DoubleParts {
  /** Ears, the best first: a session gets the first that has room; the last always has. */
  recognisers: readonly RecogniserEngine[];
}

const asked = z.object({
  encoding: z.literal('linear16'),
  sample_rate: z.enum(['8000', '16000', '24000']).transform((rate) => Number(rate) as SampleRateHz),
  interim_results: z.stringbool().default(false),
  endpointing: z.coerce.number().int().min(10).default(10),
  utterance_end_ms: z.coerce.number().int().min(1_000).optional(),
  vad_events: z.stringbool().default(false),
  tag: z.string().default(''),
});
type Asked = z.output<typeof asked>;

const control = z.looseObject({ type: z.string() });

/** Theirs closes a session that hears nothing for about so long. Milliseconds. */
const IDLE_MS = 10_000;
const FRAME_MS = 20;
/** An utterance begins so much before its voice was sure, or its first sound would be lost. */
const PRE_ROLL_FRAMES = 15;

/** Why a settling was asked for, and when. */
interface Settling {
  speechFinal: boolean;
  fromFinalize: boolean;
  askedMs: number;
  startMs: number;
  endMs: number;
}

/** Why a socket is not let in, as an HTTP status; else what to serve it with. */
export function readListen(authorization: string | undefined, query: URLSearchParams): Asked | { status: number } {
  if (!/^(Token|Bearer) \S+/i.test(authorization ?? '')) return { status: 401 };
  const read = asked.safeParse(Object.fromEntries(query));
  return read.success ? read.data : { status: 400 };
}

/** Deepgram's live recognition, `/v1/listen`, with an ear of the lab's. One for one socket. */
export class DeepgramSocket implements RecogniserListener {
  readonly #endpointer: Endpointer;
  readonly #session: RecogniserSession;
  readonly #frame: Int16Array;
  readonly #before: Int16Array[] = [];
  readonly #settlings: Settling[] = [];
  #filled = 0;
  /** Where the utterance began; null between two. */
  #beganMs: number | null = null;
  #guess = '';
  #idle: Cancel = () => undefined;
  /** What is told goes out one after another, each with its own wait. */
  #telling: Promise<void> = Promise.resolve();
  #closing = false;

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: DeepgramParts,
    private readonly asked: Asked,
  ) {
    const { sample_rate: rateHz, tag: callId } = asked;
    this.#endpointer = new Endpointer(rateHz, asked.endpointing);
    this.#frame = new Int16Array(samplesIn(FRAME_MS, rateHz));
    this.#session = this.#open(callId, rateHz);
    socket.on('message', (data: RawData, isBinary) => this.#take(data, isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#heardSomething();
  }

  guessed(text: string): void {
    const { latencies, waits } = this.parts;
    const startMs = this.#beganMs;
    if (text === '' || text === this.#guess || startMs === null || !this.asked.interim_results) return;
    this.#guess = text;
    const endMs = this.#endpointer.positionMs;
    this.#tell(waits.draw(latencies.recogniser.interim), () =>
      text === this.#guess ? results({ text, words: [], startMs, endMs, isFinal: false }) : undefined,
    );
  }

  settled(words: readonly RecognisedWord[]): void {
    const settling = this.#settlings.shift();
    if (!settling) return;
    const { latencies, waits, clock } = this.parts;
    const { speechFinal, fromFinalize, startMs, endMs, askedMs } = settling;
    const text = words.map((word) => word.text).join(' ');
    const waitMs = waits.draw(latencies.recogniser.final) - (clock.nowMs() - askedMs);
    this.#tell(waitMs, () =>
      text === '' && !fromFinalize
        ? undefined
        : results({ text, words, startMs, endMs, isFinal: true, speechFinal, fromFinalize }),
    );
    if (text !== '' && !speechFinal) this.#endLater(endMs);
  }

  lost(): void {
    this.socket.close(1011, 'NET-0000');
  }

  #open(callId: string, rateHz: SampleRateHz): RecogniserSession {
    for (const engine of this.parts.recognisers) {
      const session = engine.open({ callId, rateHz, listener: this });
      if (!session) continue;
      this.parts.evidence.noteRecogniser(callId, engine.kind);
      return session;
    }
    throw new Error('the last of the recognisers must always have room');
  }

  #take(data: RawData, isBinary: boolean): void {
    this.#heardSomething();
    if (isBinary) return this.#hear(bytesToPcm(data as Buffer));
    const told = control.safeParse(parse(data));
    if (!told.success) return this.socket.close(1008, 'DATA-0000');
    if (told.data.type === 'Finalize') this.#settle({ fromFinalize: true });
    if (told.data.type === 'CloseStream') this.#closeStream();
  }

  #hear(samples: Int16Array): void {
    for (let at = 0; at < samples.length;) {
      const count = Math.min(samples.length - at, this.#frame.length - this.#filled);
      this.#frame.set(samples.subarray(at, at + count), this.#filled);
      this.#filled += count;
      at += count;
      if (this.#filled === this.#frame.length) this.#hearFrame();
    }
  }

  #hearFrame(): void {
    this.#filled = 0;
    const endpoint = this.#endpointer.push(this.#frame);
    if (this.#beganMs === null) this.#keep();
    else this.#session.hear(this.#frame);
    if (endpoint?.type === 'speech-started') this.#begin();
    if (endpoint?.type === 'speech-ended') this.#settle({ speechFinal: true });
  }

  #keep(): void {
    this.#before.push(this.#frame.slice());
    if (this.#before.length > PRE_ROLL_FRAMES) this.#before.shift();
  }

  #begin(): void {
    if (this.asked.vad_events) this.#tell(0, () => speechStarted(this.#endpointer.positionMs));
    if (this.#beganMs !== null) return;
    this.#beganMs = this.#endpointer.positionMs - this.#before.length * FRAME_MS;
    this.#session.begin(this.#beganMs);
    for (const frame of this.#before.splice(0)) this.#session.hear(frame);
  }

  #settle({ fromFinalize = false, speechFinal = false }: { fromFinalize?: boolean; speechFinal?: boolean }): void {
    const askedMs = this.parts.clock.nowMs();
    const endMs = this.#endpointer.lastVoiceMs;
    const settling = { fromFinalize, speechFinal, askedMs, startMs: this.#beganMs ?? endMs, endMs };
    this.#guess = '';
    this.#settlings.push(settling);
    if (this.#beganMs === null) return this.settled([]);
    this.#beganMs = null;
    this.#session.settle();
    if (this.#endpointer.speaking) this.#begin(); // asked for in the middle of a word: the rest is a new utterance
  }

  #endLater(lastWordMs: number): void {
    const { utterance_end_ms: afterMs } = this.asked;
    if (afterMs === undefined) return;
    this.parts.clock.after(afterMs - (this.#endpointer.positionMs - lastWordMs), () => {
      if (!this.#endpointer.speaking) this.#send(utteranceEnd(lastWordMs));
    });
  }

  #closeStream(): void {
    if (this.#closing) return;
    this.#closing = true;
    this.#tell(0, () => metadata(randomUUID(), this.#endpointer.positionMs));
    void this.#telling.then(() => this.socket.close(1000));
  }

  #tell(waitMs: number, make: () => object | undefined): void {
    this.#telling = this.#telling
      .then(() => this.parts.clock.sleep(waitMs))
      .then(() => {
        const message = make();
        if (message) this.#send(message);
      });
  }

  #heardSomething(): void {
    this.#idle();
    this.#idle = this.parts.clock.after(IDLE_MS, () => this.socket.close(1011, 'NET-0001'));
  }

  #send(message: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(message));
  }

  #end(): void {
    this.#idle();
    this.#session.close();
  }
}

function parse(data: RawData): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
