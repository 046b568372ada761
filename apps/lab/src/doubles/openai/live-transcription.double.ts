import { randomUUID } from 'node:crypto';
import { bytesToPcm, decodeMulaw } from '@app/audio';
import type { RawData, WebSocket } from 'ws';
import { anyJson } from '../../any-json.js';
import { punctuated } from '../deepgram/deepgram-messages.js';
import { type Hearing, Listening } from '../deepgram/listening.js';
import type { Fault } from '../faults.js';
import { type EarParts, openEar, SampleJoiner } from '../open-ear.js';
import { Outbox } from '../outbox.js';
import { clientEvent, liveError, type LiveInput, serverEvent } from './live-messages.js';

/** After so much silence what was said is sure, committed or not. */
const SEGMENT_MS = 800;
/** Less is not committed. */
const LEAST_COMMIT_MS = 100;
const TRICKLE_MS = 5_000;
const TRANSCRIPTION = 'conversation.item.input_audio_transcription';

/** OpenAI's `/realtime?intent=transcription`, with an ear of the lab's. What it refuses, it refuses by message. */
export class LiveTranscriptionSocket {
  readonly #outbox: Outbox<object>;
  readonly #joiner = new SampleJoiner();
  #hears: { input: LiveInput; listening: Listening } | undefined;
  /** Of the stretch that is not committed yet. */
  #itemId = newItem();
  #itemBefore: string | null = null;
  /** Its words that will not change, and what deltas told of it so far: they only add. */
  #sure: string[] = [];
  #told = '';
  #committedAtMs = 0;

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: EarParts,
    private readonly callId: string,
    private readonly fault?: Fault,
  ) {
    this.#outbox = new Outbox(parts.clock, (message) => this.#send(message));
    socket.on('message', (data: RawData) => this.#take(String(data)));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#send(serverEvent('session.created', { session: { type: 'transcription', object: 'realtime.transcription_session' } })); // prettier-ignore
  }

  #take(json: string): void {
    const { data: event, error } = clientEvent.safeParse(anyJson(json));
    if (!event) return this.#send(liveError('invalid_value', error.issues.map(({ message }) => message).join('; ')));
    switch (event.type) {
      case 'session.update':
        this.#listenTo(event.session.audio.input);
        return this.#send(serverEvent('session.updated', { session: event.session }));
      case 'input_audio_buffer.append':
        return this.#hear(Buffer.from(event.audio, 'base64'));
      case 'input_audio_buffer.commit':
        return this.#commit();
      case 'input_audio_buffer.clear':
        return this.#send(serverEvent('input_audio_buffer.cleared'));
    }
  }

  #listenTo(input: LiveInput): void {
    this.#hears?.listening.close();
    const rateHz = input.format.type === 'audio/pcmu' ? 8_000 : 24_000;
    const { language, languages } = input.transcription;
    const listening = new Listening({
      rateHz,
      endpointingMs: input.turn_detection?.silence_duration_ms ?? SEGMENT_MS,
      utteranceEndMs: undefined,
      open: (listener) =>
        openEar(this.parts, { callId: this.callId, rateHz, language: language ?? languages?.[0] ?? 'multi', listener }),
      tell: (hearing) => this.#tell(hearing),
      nowMs: () => this.parts.clock.nowMs(),
      lost: () => this.socket.terminate(),
    });
    this.#hears = { input, listening };
  }

  #hear(bytes: Buffer): void {
    if (!this.#hears) return this.#send(liveError('invalid_value', 'The session has no transcription model.'));
    const { input, listening } = this.#hears;
    if (input.format.type === 'audio/pcm') return listening.hear(bytesToPcm(this.#joiner.join(bytes)));
    const samples = new Int16Array(bytes.length);
    decodeMulaw(bytes, samples);
    listening.hear(samples);
  }

  #commit(): void {
    const heardMs = this.#hears ? this.#hears.listening.positionMs - this.#committedAtMs : 0;
    if (this.#hears && heardMs >= LEAST_COMMIT_MS) return this.#hears.listening.settle('finalize');
    const message = `buffer too small. Expected at least 100ms of audio, but buffer only has ${heardMs}.00ms of audio.`;
    this.#send(liveError('input_audio_buffer_commit_empty', `Error committing input audio buffer: ${message}`));
  }

  #tell(hearing: Hearing): void {
    const theirs = this.#hears?.input.turn_detection ?? null;
    if (hearing.type === 'voice' && theirs)
      this.#send(
        serverEvent('input_audio_buffer.speech_started', { audio_start_ms: hearing.atMs, item_id: this.#itemId }),
      );
    if (hearing.type === 'guess') {
      const text = [...this.#sure, ...punctuated(hearing.told.words, false)].join(' ');
      this.#add(text, this.parts.clock.nowMs() + this.#draw('interim'));
    }
    if (hearing.type === 'settled') this.#settle(hearing, theirs !== null);
  }

  #settle({ told, because, askedAtMs }: Hearing & { type: 'settled' }, theirs: boolean): void {
    const atMs = askedAtMs + this.#draw('final');
    if (told.words.length > 0)
      this.parts.evidence.noteRecognised(this.callId, { ...told, atMs: this.parts.clock.date().getTime() });
    this.#sure.push(...punctuated(told.words, because !== 'pause'));
    const isCommitted = because === 'finalize' || (because === 'endpoint' && theirs);
    if (!isCommitted) return this.#add(this.#sure.join(' '), atMs);
    this.#committedAtMs = this.#hears?.listening.positionMs ?? 0;
    if (because === 'endpoint')
      this.#send(serverEvent('input_audio_buffer.speech_stopped', { audio_end_ms: told.endMs, item_id: this.#itemId }));
    this.#complete(atMs);
  }

  #complete(atMs: number): void {
    const [item_id, transcript] = [this.#itemId, this.#sure.join(' ')];
    this.#send(serverEvent('input_audio_buffer.committed', { item_id, previous_item_id: this.#itemBefore }));
    this.#add(transcript, atMs);
    const usage = { type: 'duration', seconds: Math.ceil(this.#committedAtMs / 1_000) };
    this.#outbox.put(serverEvent(`${TRANSCRIPTION}.completed`, { item_id, content_index: 0, transcript, usage }), atMs);
    this.#itemBefore = item_id;
    this.#itemId = newItem();
    this.#sure = [];
    this.#told = '';
  }

  /** What goes on from what was told; a guess that took something back waits for one that did not. */
  #add(text: string, atMs: number): void {
    if (!text.startsWith(this.#told) || text === this.#told) return;
    const delta = text.slice(this.#told.length);
    this.#told = text;
    this.#outbox.put(serverEvent(`${TRANSCRIPTION}.delta`, { item_id: this.#itemId, content_index: 0, delta }), atMs);
  }

  #draw(of: 'interim' | 'final'): number {
    const trickles = this.fault?.kind === 'trickle' ? TRICKLE_MS : 0;
    return trickles + this.parts.waits.draw(this.parts.latencies.recogniser[of]);
  }

  #send(message: object): void {
    if (this.socket.readyState !== this.socket.OPEN || this.fault?.kind === 'hang') return;
    const isText = 'content_index' in message;
    if (isText && this.fault?.kind === 'half-close') return this.socket.terminate();
    if (isText && this.fault?.kind === 'empty') return;
    this.socket.send(isText && this.fault?.kind === 'malformed' ? '{"type":"conv' : JSON.stringify(message));
  }

  #end(): void {
    this.#outbox.close();
    this.#hears?.listening.close();
  }
}

const newItem = (): string => `item_${randomUUID()}`;
