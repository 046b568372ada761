import { randomUUID } from 'node:crypto';
import { bytesToPcm, decodeMulaw, FRAME_MS, type SampleRateHz, samplesIn } from '@app/audio';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import type { Fault } from '../faults.js';
import { type EarParts, openEar, SampleJoiner } from '../open-ear.js';
import { Outbox } from '../outbox.js';
import type { RefusedListen } from './deepgram.double.js';
import { FluxTurns, type TurnEvent } from './flux-turns.js';

const asked = z
  .object({
    model: z.enum(['flux-general-en', 'flux-general-multi']),
    encoding: z.enum(['linear16', 'mulaw']),
    sample_rate: z.enum(['8000', '16000', '24000']).transform((rate) => Number(rate) as SampleRateHz),
    eot_threshold: z.coerce.number().min(0.5).max(1).default(0.7),
    eager_eot_threshold: z.coerce.number().min(0.3).max(0.9).optional(),
    eot_timeout_ms: z.coerce.number().int().min(500).max(60_000).default(5_000),
    language_hint: z.string().optional(),
    tag: z.string().default(''),
  })
  .refine(({ model, language_hint }) => model.endsWith('-multi') || language_hint === undefined, {
    path: ['language_hint'],
    error: 'language hints are only supported by flux-general-multi',
  })
  .refine(({ eot_threshold, eager_eot_threshold = 0 }) => eager_eot_threshold <= eot_threshold, {
    path: ['eager_eot_threshold'],
    error: 'must not be above eot_threshold',
  });
export type AskedFlux = z.output<typeof asked>;

const control = z.looseObject({ type: z.enum(['CloseStream', 'Configure']) });
const TRICKLE_MS = 5_000;

/** What was asked for, or why the socket is not let in. */
export function readFlux(authorization: string | undefined, query: URLSearchParams): AskedFlux | RefusedListen {
  const refuse = (status: number, err_code: string, err_msg: string) =>
    ({ status, body: { err_code, err_msg, request_id: randomUUID() } }); // prettier-ignore
  if (!/^(Token|Bearer) \S+$/i.test(authorization ?? '')) return refuse(401, 'INVALID_AUTH', 'Invalid credentials.');
  const read = asked.safeParse(Object.fromEntries(query));
  return read.success ? read.data : refuse(400, 'Bad Request', z.prettifyError(read.error));
}

/** Deepgram's `/v2/listen` (Flux), with an ear of the lab's. One for one socket. */
export class FluxSocket {
  readonly #requestId = randomUUID();
  readonly #outbox: Outbox<object | 'over'>;
  readonly #turns: FluxTurns;
  readonly #joiner = new SampleJoiner();
  #sequence = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: EarParts,
    private readonly asked: AskedFlux,
    private readonly fault?: Fault,
  ) {
    const { tag: callId, sample_rate: rateHz, language_hint: language = 'en', model } = asked;
    this.#outbox = new Outbox(parts.clock, (message) => this.#send(message));
    this.#turns = new FluxTurns({
      rateHz,
      guesses: asked.eager_eot_threshold !== undefined,
      timeoutMs: asked.eot_timeout_ms,
      open: (listener) => openEar(parts, { callId, rateHz, language, listener }),
      tell: (event) => this.#tell(event),
      nowMs: () => parts.clock.nowMs(),
      lost: () => this.#fail('INTERNAL_SERVER_ERROR', 'the recogniser is gone'),
      languages: model.endsWith('-multi') ? [language] : undefined,
    });
    socket.on('message', (data: RawData, isBinary) => this.#take(data as Buffer, isBinary));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#outbox.put({ type: 'Connected', request_id: this.#requestId }, 0);
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (isBinary) return this.#hear(data);
    const told = control.safeParse(anyJson(data));
    if (!told.success) return this.#fail('UNPARSABLE_CLIENT_MESSAGE', 'the message is not one of this API');
    if (told.data.type === 'Configure')
      return this.#outbox.put({ type: 'ConfigureSuccess', request_id: this.#requestId }, 0);
    this.#turns.finish(() => this.#outbox.put('over', 0));
  }

  /** Frame by frame, so that a pause within a long message is found. */
  #hear(data: Buffer): void {
    const samples = this.#samples(data);
    const frame = samplesIn(FRAME_MS, this.asked.sample_rate);
    for (let at = 0; at < samples.length; at += frame) this.#turns.hear(samples.subarray(at, at + frame));
  }

  #samples(data: Buffer): Int16Array {
    if (this.asked.encoding === 'linear16') return bytesToPcm(this.#joiner.join(data));
    const samples = new Int16Array(data.length);
    decodeMulaw(data, samples);
    return samples;
  }

  #tell({ settled, askedAtMs, ...turn }: TurnEvent): void {
    const { latencies, waits, evidence, clock } = this.parts;
    if (settled) evidence.noteRecognised(this.asked.tag, { ...settled, atMs: clock.date().getTime() });
    const trickles = this.fault?.kind === 'trickle' ? TRICKLE_MS : 0;
    const wait = waits.draw(latencies.recogniser[turn.event === 'EndOfTurn' ? 'final' : 'interim']);
    this.#outbox.put({ type: 'TurnInfo', request_id: this.#requestId, ...turn }, askedAtMs + trickles + wait);
  }

  #fail(code: string, description: string): void {
    this.#send({ type: 'Error', code, description });
    this.socket.close(1011);
  }

  #send(message: object | 'over'): void {
    if (this.socket.readyState !== this.socket.OPEN || this.fault?.kind === 'hang') return;
    if (message === 'over') return this.socket.close(1000);
    const isTurn = 'event' in message;
    if (isTurn && this.fault?.kind === 'half-close') return this.socket.terminate();
    if (isTurn && this.fault?.kind === 'empty') return;
    const json = JSON.stringify({ ...message, sequence_id: this.#sequence });
    this.#sequence += 1;
    this.socket.send(isTurn && this.fault?.kind === 'malformed' ? '{"type":"TurnInfo","tran' : json);
  }

  #end(): void {
    this.#outbox.close();
    this.#turns.close();
  }
}
