import { randomUUID } from 'node:crypto';
import { bytesToPcm, decodeMulaw, type SampleRateHz } from '@app/audio';
import type { Cancel } from '@app/kernel';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import type { RecogniserListener, RecogniserSession } from '../../engines/recogniser-engine.js';
import type { Fault } from '../faults.js';
import { type EarParts, openEar, SampleJoiner } from '../open-ear.js';
import { Outbox } from '../outbox.js';
import { metadata, results, speechStarted, utteranceEnd, wordless } from './deepgram-messages.js';
import { type Hearing, Listening } from './listening.js';

const asked = z.object({
  encoding: z.enum(['linear16', 'mulaw']),
  sample_rate: z.enum(['8000', '16000', '24000']).transform((rate) => Number(rate) as SampleRateHz),
  channels: z.literal('1').default('1'),
  language: z.string().default('en'),
  interim_results: z.stringbool().default(false),
  punctuate: z.stringbool().default(false),
  smart_format: z.stringbool().default(false),
  endpointing: z.union([z.coerce.number().int().min(1), z.stringbool()]).default(10),
  utterance_end_ms: z.coerce.number().int().min(1_000).optional(),
  vad_events: z.stringbool().default(false),
  tag: z.string().default(''),
});
export type AskedListen = z.output<typeof asked>;

const control = z.looseObject({ type: z.enum(['KeepAlive', 'Finalize', 'CloseStream']) });

/** Theirs closes a session that is sent nothing for about so long. */
const IDLE_MS = 10_000;
/** `endpointing=false`: an utterance ends only where it is told to. */
const NEVER_MS = 600_000;
const TRICKLE_MS = 5_000;

export type RefusedListen = { status: number; body: { err_code: string; err_msg: string; request_id: string } };

export const refusal = (status: number, err_code: string, err_msg: string): RefusedListen => ({
  status,
  body: { err_code, err_msg, request_id: randomUUID() },
});

/** What was asked for, or why the socket is not let in. */
export function readListen(authorization: string | undefined, query: URLSearchParams): AskedListen | RefusedListen {
  if (!/^(Token|Bearer) \S+$/i.test(authorization ?? '')) return refusal(401, 'INVALID_AUTH', 'Invalid credentials.');
  const read = asked.safeParse(Object.fromEntries(query));
  if (read.success) return read.data;
  return refusal(
    400,
    'Bad Request',
    read.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '),
  );
}

/** Deepgram's live recognition, `/v1/listen`, with an ear of the lab's. One for one socket. */
export class DeepgramSocket {
  readonly #requestId = randomUUID();
  readonly #listening: Listening;
  readonly #outbox: Outbox<object | 'over'>;
  /** What this session shows from here to its end. */
  #fault: Fault | undefined;
  #idle: Cancel = () => undefined;
  readonly #joiner = new SampleJoiner();

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: EarParts,
    private readonly asked: AskedListen,
    fault?: Fault,
  ) {
    this.#fault = fault;
    this.#outbox = new Outbox(parts.clock, (message) => this.#send(message));
    this.#listening = new Listening({
      rateHz: asked.sample_rate,
      endpointingMs: endpointingMs(asked.endpointing),
      utteranceEndMs: asked.utterance_end_ms,
      open: (listener) => this.#openEar(listener),
      tell: (hearing) => this.#tell(hearing),
      nowMs: () => parts.clock.nowMs(),
      lost: () => socket.close(1011, 'NET-0000'),
    });
    socket.on('message', (data: RawData, isBinary) => this.#take(data as Buffer, isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#heardSomething();
  }

  #openEar(listener: RecogniserListener): RecogniserSession {
    const { tag: callId, sample_rate: rateHz, language } = this.asked;
    return openEar(this.parts, { callId, rateHz, language, listener });
  }

  #take(data: Buffer, isBinary: boolean): void {
    this.#heardSomething();
    if (isBinary)
      return data.length === 0 ? this.#listening.settle('close') : this.#listening.hear(this.#samples(data));
    const told = control.safeParse(anyJson(data));
    if (!told.success) return this.socket.close(1008, 'DATA-0000');
    if (told.data.type === 'Finalize') this.#listening.settle('finalize');
    if (told.data.type === 'CloseStream') this.#listening.settle('close');
  }

  #samples(data: Buffer): Int16Array {
    if (this.asked.encoding === 'mulaw') {
      const samples = new Int16Array(data.length);
      decodeMulaw(data, samples);
      return samples;
    }
    return bytesToPcm(this.#joiner.join(data));
  }

  #tell(hearing: Hearing): void {
    const nowMs = this.parts.clock.nowMs();
    if (hearing.type === 'voice' && this.asked.vad_events) this.#outbox.put(speechStarted(hearing.atMs), nowMs);
    if (hearing.type === 'utterance-ended') this.#outbox.put(utteranceEnd(hearing.lastWordEndMs), nowMs);
    if (hearing.type === 'settled') this.#tellSettled(hearing);
    if (hearing.type !== 'guess' || !this.asked.interim_results) return;
    this.#outbox.put(results(hearing.told, this.#writing()), nowMs + this.#draw('interim'));
  }

  #tellSettled({ told, because, askedAtMs }: Hearing & { type: 'settled' }): void {
    const { tag } = this.asked;
    if (told.words.length > 0)
      this.parts.evidence.noteRecognised(tag, { ...told, atMs: this.parts.clock.date().getTime() });
    const atMs = askedAtMs + this.#draw('final');
    if (told.words.length > 0 || because === 'finalize' || because === 'endpoint')
      this.#outbox.put(results(told, this.#writing()), atMs);
    if (because !== 'close') return;
    this.#outbox.put(metadata(this.#requestId, this.#listening.positionMs), atMs);
    this.#outbox.put('over', atMs);
  }

  #writing() {
    return { requestId: this.#requestId, punctuates: this.asked.punctuate || this.asked.smart_format };
  }

  #draw(of: 'interim' | 'final'): number {
    const trickles = this.#faultNow() === 'trickle' ? TRICKLE_MS : 0;
    return trickles + this.parts.waits.draw(this.parts.latencies.recogniser[of]);
  }

  #heardSomething(): void {
    this.#idle();
    this.#idle = this.parts.clock.after(IDLE_MS, () => this.socket.close(1011, 'NET-0001'));
  }

  #send(message: object | 'over'): void {
    const fault = this.#faultNow();
    if (this.socket.readyState !== this.socket.OPEN || fault === 'hang') return;
    if (message === 'over') return this.socket.close(1000);
    const isResult = 'is_final' in message;
    if (fault === 'refused' || (isResult && fault === 'half-close')) return this.socket.terminate();
    const told = isResult && fault === 'empty' ? wordless(message) : message;
    this.socket.send(isResult && fault === 'malformed' ? '{"type":"Results","chan' : JSON.stringify(told));
  }

  /** A fault may come over a session that is open: it shows it from its next message on. */
  #faultNow(): Fault['kind'] | 'refused' | undefined {
    const { faults } = this.parts;
    const { tag } = this.asked;
    this.#fault ??= faults.take('recogniser', tag, ({ kind, callId }) => kind !== 'status' && callId !== undefined);
    return this.#fault?.kind ?? (faults.refuses('recogniser', tag) ? 'refused' : undefined);
  }

  #end(): void {
    this.#idle();
    this.#outbox.close();
    this.#listening.close();
  }
}

/** Theirs takes `true` for the usual 10 ms, and `false` for never. */
function endpointingMs(asked: boolean | number): number {
  if (typeof asked === 'number') return asked;
  return asked ? 10 : NEVER_MS;
}
