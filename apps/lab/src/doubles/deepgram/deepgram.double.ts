import { randomUUID } from 'node:crypto';
import { bytesToPcm, type SampleRateHz, samplesIn } from '@app/audio';
import type { Cancel } from '@app/kernel';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { DoubleParts } from '../double-parts.js';
import { Endpointer } from './endpointer.js';
import type { Recognition } from './recognition.js';
import { metadata, results, speechStarted, utteranceEnd } from './deepgram-messages.js';

export interface DeepgramParts extends DoubleParts {
  /** The ear of a session; `callId` as the request's tag names it. */
  listen: (session: { callId: string; rateHz: SampleRateHz }) => Recognition;
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
const GUESS_EVERY_MS = 200;

/** Why a socket is not let in, as an HTTP status; else what to serve it with. */
export function readListen(authorization: string | undefined, query: URLSearchParams): Asked | { status: number } {
  if (!/^(Token|Bearer) \S+/i.test(authorization ?? '')) return { status: 401 };
  const read = asked.safeParse(Object.fromEntries(query));
  return read.success ? read.data : { status: 400 };
}

/** Deepgram's live recognition, `/v1/listen`, with an ear of the lab's. One for one socket. */
export class DeepgramSocket {
  readonly #endpointer: Endpointer;
  readonly #recognition: Recognition;
  readonly #frame: Int16Array;
  #filled = 0;
  #guessedMs = 0;
  #guess = '';
  #startMs = 0;
  #idle: Cancel = () => undefined;
  /** One settling after another: what is said next waits for what was said before. */
  #settling: Promise<void> = Promise.resolve();
  readonly #requestId = randomUUID();

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: DeepgramParts,
    private readonly asked: Asked,
  ) {
    const { sample_rate: rateHz, tag } = asked;
    this.#endpointer = new Endpointer(rateHz, asked.endpointing);
    this.#frame = new Int16Array(samplesIn(20, rateHz));
    this.#recognition = parts.listen({ callId: tag, rateHz });
    parts.evidence.noteRecogniser(tag, this.#recognition.kind);
    socket.on('message', (data: RawData, isBinary) => this.#take(data, isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#heardSomething();
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
    const before = this.#endpointer.positionMs;
    const endpoint = this.#endpointer.push(this.#frame);
    this.#recognition.push(this.#frame);
    if (endpoint?.type === 'speech-started') {
      if (this.#guess === '') this.#startMs = before;
      if (this.asked.vad_events) this.#send(speechStarted(before / 1_000));
    }
    if (endpoint?.type === 'speech-ended') this.#settle({ speechFinal: true });
    this.#guessedMs += 20;
    if (this.#endpointer.speaking && this.asked.interim_results && this.#guessedMs >= GUESS_EVERY_MS) this.#tellGuess();
  }

  #tellGuess(): void {
    this.#guessedMs = 0;
    const { latencies, waits, clock } = this.parts;
    const toldAtMs = this.#endpointer.positionMs;
    const settling = this.#settling;
    void settling
      .then(() => this.#recognition.guess())
      .then(async (words) => {
        await clock.sleep(waits.draw(latencies.recogniser.interim));
        if (words === '' || words === this.#guess || settling !== this.#settling) return;
        this.#guess = words;
        this.#send(results({ words, startMs: this.#startMs, endMs: toldAtMs, isFinal: false }));
      });
  }

  #settle({ fromFinalize = false, speechFinal = false }: { fromFinalize?: boolean; speechFinal?: boolean }): void {
    const { latencies, waits, clock } = this.parts;
    const [startMs, endMs] = [this.#startMs, this.#endpointer.lastVoiceMs];
    const beganMs = clock.nowMs();
    const waitMs = waits.draw(latencies.recogniser.final);
    this.#settling = this.#settling.then(async () => {
      const words = await this.#recognition.settle();
      await clock.sleep(waitMs - (clock.nowMs() - beganMs));
      this.#guess = '';
      this.#startMs = this.#endpointer.positionMs;
      if (words === '' && !fromFinalize) return;
      this.#send(results({ words, startMs, endMs, isFinal: true, speechFinal, fromFinalize }));
      if (words !== '' && !speechFinal && this.asked.utterance_end_ms) this.#endLater(endMs);
    });
  }

  #endLater(lastWordMs: number): void {
    const waitMs = (this.asked.utterance_end_ms ?? 0) - (this.#endpointer.positionMs - lastWordMs);
    this.parts.clock.after(waitMs, () => {
      if (!this.#endpointer.speaking) this.#send(utteranceEnd(lastWordMs / 1_000));
    });
  }

  #closeStream(): void {
    this.#settle({});
    void this.#settling.then(() => {
      this.#send(metadata(this.#requestId, this.#endpointer.positionMs / 1_000));
      this.socket.close(1000);
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
    this.#recognition.close();
  }
}

function parse(data: RawData): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
