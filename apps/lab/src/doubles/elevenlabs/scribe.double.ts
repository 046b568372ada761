import { randomUUID } from 'node:crypto';
import { bytesToPcm, decodeMulaw, type SampleRateHz } from '@app/audio';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import type { RecognisedWord } from '../../engines/recogniser-engine.js';
import { punctuated } from '../deepgram/deepgram-messages.js';
import { type Hearing, Listening } from '../deepgram/listening.js';
import type { Fault } from '../faults.js';
import { type EarParts, openEar, SampleJoiner } from '../open-ear.js';
import { Outbox } from '../outbox.js';

const RATES = { pcm_8000: 8_000, pcm_16000: 16_000, pcm_24000: 24_000, ulaw_8000: 8_000 } as const;

const options = z.object({
  model_id: z.string().min(1),
  audio_format: z.enum(['pcm_8000', 'pcm_16000', 'pcm_24000', 'ulaw_8000']).default('pcm_16000'),
  commit_strategy: z.enum(['manual', 'vad']).default('manual'),
  vad_silence_threshold_secs: z.coerce.number().min(0.3).max(3).default(1.5),
  language_code: z.string().default('en'),
  include_timestamps: z.stringbool().default(false),
});

const chunk = z.object({
  message_type: z.literal('input_audio_chunk'),
  audio_base_64: z.base64(),
  commit: z.boolean().default(false),
  sample_rate: z.number().optional(),
});

/** After so much silence a segment is final, committed or not. */
const SEGMENT_MS = 800;
/** Less is not committed. */
const LEAST_COMMIT_MS = 300;
const TRICKLE_MS = 5_000;

export interface AskedScribe {
  callId: string;
  query: URLSearchParams;
  authorized: boolean;
}

/** ElevenLabs' Scribe, `/v1/speech-to-text/realtime`, with an ear of the lab's. What it refuses, it refuses by message. */
export class ScribeSocket {
  readonly #sessionId = randomUUID();
  readonly #outbox: Outbox<object>;
  readonly #listening: Listening;
  readonly #rateHz: SampleRateHz;
  readonly #joiner = new SampleJoiner();
  #segments: RecognisedWord[] = [];
  #committedAtMs = 0;

  private constructor(
    private readonly socket: WebSocket,
    private readonly parts: EarParts,
    private readonly asked: { callId: string } & z.output<typeof options>,
    private readonly fault?: Fault,
  ) {
    const { callId, language_code: language, commit_strategy, vad_silence_threshold_secs, audio_format } = asked;
    this.#rateHz = RATES[audio_format];
    this.#outbox = new Outbox(parts.clock, (message) => this.#send(message));
    this.#listening = new Listening({
      rateHz: this.#rateHz,
      endpointingMs: commit_strategy === 'vad' ? vad_silence_threshold_secs * 1_000 : SEGMENT_MS,
      utteranceEndMs: undefined,
      open: (listener) => openEar(parts, { callId, rateHz: this.#rateHz, language, listener }),
      tell: (hearing) => this.#tell(hearing),
      nowMs: () => parts.clock.nowMs(),
      lost: () => this.#refuse('transcriber_error', 'the recogniser is gone'),
    });
    socket.on('message', (data: RawData) => this.#take(String(data)));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    const config = { sample_rate: this.#rateHz, audio_format, commit_strategy, model_id: asked.model_id };
    this.#send({ message_type: 'session_started', session_id: this.#sessionId, config });
  }

  static serve(socket: WebSocket, parts: EarParts, { callId, query, authorized }: AskedScribe, fault?: Fault): void {
    const read = options.safeParse(Object.fromEntries(query));
    if (authorized && read.success) return void new ScribeSocket(socket, parts, { callId, ...read.data }, fault);
    const message_type = authorized ? 'invalid_request' : 'auth_error';
    socket.on('error', () => undefined);
    socket.send(
      JSON.stringify({ message_type, error: read.success ? 'You must be authenticated.' : read.error.message }),
    );
    socket.close(1008);
  }

  #take(json: string): void {
    const told = chunk.safeParse(anyJson(json));
    if (!told.success) return this.#refuse('input_error', 'the message is no input_audio_chunk');
    const bytes = Buffer.from(told.data.audio_base_64, 'base64');
    if (bytes.length > 0) this.#listening.hear(this.#samples(bytes));
    if (told.data.commit) this.#commit();
  }

  #samples(bytes: Buffer): Int16Array {
    if (this.asked.audio_format !== 'ulaw_8000') return bytesToPcm(this.#joiner.join(bytes));
    const samples = new Int16Array(bytes.length);
    decodeMulaw(bytes, samples);
    return samples;
  }

  #commit(): void {
    const uncommittedMs = this.#listening.positionMs - this.#committedAtMs;
    if (uncommittedMs < LEAST_COMMIT_MS) {
      const error = `Commit request ignored: only ${uncommittedMs / 1_000}s of uncommitted audio.`;
      return this.#outbox.put({ message_type: 'commit_throttled', error }, 0);
    }
    this.#committedAtMs = this.#listening.positionMs;
    this.#listening.settle('finalize');
  }

  #tell(hearing: Hearing): void {
    const nowMs = this.parts.clock.nowMs();
    if (hearing.type === 'guess')
      this.#outbox.put(transcript('partial_transcript', hearing.told.words, false), nowMs + this.#draw('interim'));
    if (hearing.type === 'settled') this.#settle(hearing);
  }

  #settle({ told, because, askedAtMs }: Hearing & { type: 'settled' }): void {
    const atMs = askedAtMs + this.#draw('final');
    if (told.words.length > 0)
      this.parts.evidence.noteRecognised(this.asked.callId, { ...told, atMs: this.parts.clock.date().getTime() });
    this.#segments.push(...told.words);
    const isCommitted = because === 'finalize' || (because === 'endpoint' && this.asked.commit_strategy === 'vad');
    if (!isCommitted && told.words.length > 0) this.#outbox.put(transcript('final_transcript', told.words, true), atMs);
    if (!isCommitted) return;
    const words = this.#segments;
    this.#segments = [];
    this.#outbox.put(transcript('committed_transcript', words, true), atMs);
    if (!this.asked.include_timestamps) return;
    const timed = { ...transcript('committed_transcript_with_timestamps', words, true), words: words.map(placed) };
    this.#outbox.put(timed, atMs);
  }

  #draw(of: 'interim' | 'final'): number {
    const trickles = this.fault?.kind === 'trickle' ? TRICKLE_MS : 0;
    return trickles + this.parts.waits.draw(this.parts.latencies.recogniser[of]);
  }

  #refuse(message_type: string, error: string): void {
    this.#send({ message_type, error });
    this.socket.close(1008);
  }

  #send(message: object): void {
    if (this.socket.readyState !== this.socket.OPEN || this.fault?.kind === 'hang') return;
    const isText = 'text' in message;
    if (isText && this.fault?.kind === 'half-close') return this.socket.terminate();
    if (isText && this.fault?.kind === 'empty') return;
    this.socket.send(isText && this.fault?.kind === 'malformed' ? '{"message_type":"par' : JSON.stringify(message));
  }

  #end(): void {
    this.#outbox.close();
    this.#listening.close();
  }
}

const transcript = (message_type: string, words: readonly RecognisedWord[], ended: boolean) => ({
  message_type,
  text: punctuated(words, ended).join(' '),
});

const placed = ({ text, startMs, endMs, confidence }: RecognisedWord) => ({
  text,
  start: startMs / 1_000,
  end: endMs / 1_000,
  type: 'word',
  logprob: Math.log(confidence),
});
