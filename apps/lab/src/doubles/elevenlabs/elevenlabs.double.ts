import type { SampleRateHz } from '@app/audio';
import { encodeMulaw, pcmToBase64, samplesIn } from '@app/audio';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import type { RenderedSpeech, SpeechEngine, VoiceName } from '../../engines/speech-engine.js';
import type { DoubleParts } from '../double-parts.js';
import { alignmentOf, placeCharacters } from './alignment.js';

export interface ElevenLabsParts extends DoubleParts {
  engine: SpeechEngine;
}

const message = z.looseObject({
  text: z.string().optional(),
  context_id: z.string().optional(),
  flush: z.boolean().optional(),
  close_context: z.boolean().optional(),
  close_socket: z.boolean().optional(),
  xi_api_key: z.string().optional(),
});

/** One stretch of text in the making. */
interface Context {
  text: string;
  /** What was flushed is made one after another. */
  making: Promise<void>;
  dropped: boolean;
}

type Format = { rateHz: SampleRateHz; law: 'pcm' | 'ulaw' };

const MOST_CONTEXTS = 5;
const CHUNK_MS = 250;
/** Voices that sound like people; a vendor's id is always the same one of them. */
const VOICES: readonly VoiceName[] = ['slt', 'awb'];

/** ElevenLabs' multi-context socket, with flite's voices in place of theirs. One for one socket. */
export class ElevenLabsSocket {
  readonly #contexts = new Map<string, Context>();
  readonly #voice: VoiceName;
  readonly #gone = new AbortController();

  private constructor(
    private readonly socket: WebSocket,
    private readonly parts: ElevenLabsParts,
    private readonly format: Format,
    voiceId: string,
  ) {
    this.#voice =
      VOICES[[...voiceId].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % VOICES.length] ?? 'slt';
    socket.on('message', (data: RawData) => this.#take(data));
    socket.on('close', () => this.#gone.abort());
    socket.on('error', () => this.#gone.abort());
  }

  /** Serves a socket that was let in; one that asks for a format that there is not is closed (1008). */
  static serve(
    socket: WebSocket,
    parts: ElevenLabsParts,
    { voiceId, query }: { voiceId: string; query: URLSearchParams },
  ): void {
    const format = formatOf(query.get('output_format') ?? 'mp3_44100_128');
    if (!format) return socket.close(1008, 'unsupported output_format');
    new ElevenLabsSocket(socket, parts, format, voiceId);
  }

  #take(data: RawData): void {
    const asked = message.safeParse(parse(data));
    if (!asked.success) return this.socket.close(1008, 'invalid_message');
    const { text, context_id: id = 'default', flush, close_context: closes, close_socket: over } = asked.data;
    if (over) return this.#finishAll();
    const context = this.#contexts.get(id) ?? this.#open(id);
    if (!context) return;
    context.text += text ?? '';
    if (flush || closes) this.#speak(id, context);
    if (closes) this.#close(id, context);
  }

  #open(id: string): Context | undefined {
    if (this.#contexts.size >= MOST_CONTEXTS) {
      this.socket.close(1008, 'max_active_conversations');
      return undefined;
    }
    const context = { text: '', making: Promise.resolve(), dropped: false };
    this.#contexts.set(id, context);
    return context;
  }

  #speak(id: string, context: Context): void {
    const text = context.text.trim();
    context.text = '';
    if (text === '') return;
    context.making = context.making.then(() => this.#make(id, text)).catch((error: unknown) => this.#broke(error));
  }

  #close(id: string, context: Context): void {
    void context.making.then(() => {
      this.#contexts.delete(id);
      this.#send({ audio: null, isFinal: true, contextId: id });
    });
  }

  #finishAll(): void {
    void Promise.all([...this.#contexts.values()].map(({ making }) => making)).then(() => this.socket.close(1000));
  }

  async #make(id: string, text: string): Promise<void> {
    const { engine, clock, waits, latencies, evidence, faults } = this.parts;
    const fault = faults.take('voice');
    if (fault?.kind === 'hang') return new Promise(() => undefined);
    if (fault?.kind === 'half-close') return this.socket.terminate();
    if (fault?.kind === 'malformed') return this.socket.send('{"audio": tru');
    const beganMs = clock.nowMs();
    const speech = await engine.render(this.#voice, text, this.format.rateHz);
    await clock.sleep(waits.draw(latencies.voice.firstAudio) - (clock.nowMs() - beganMs), this.#gone.signal);
    if (fault?.kind === 'empty') return;
    const { rateHz } = this.format;
    const madeAtMs = clock.date().getTime();
    evidence.notePiece({
      contextId: id,
      text,
      rateHz,
      madeAtMs,
      words: [...speech.words],
      pcm: pcmToBase64(speech.samples),
    });
    await this.#sendSound(id, speech, fault?.kind === 'trickle');
  }

  async #sendSound(id: string, { samples, words }: RenderedSpeech, trickles: boolean): Promise<void> {
    const { clock, waits, latencies } = this.parts;
    const characters = placeCharacters(words);
    const step = samplesIn(CHUNK_MS, this.format.rateHz);
    for (let from = 0; from < samples.length; from += step) {
      const last = from + step >= samples.length;
      const alignment = alignmentOf(
        characters,
        (from / step) * CHUNK_MS,
        last ? Infinity : (from / step + 1) * CHUNK_MS,
      );
      const audio = this.#encoded(samples.subarray(from, from + step));
      this.#send({ audio, isFinal: false, alignment, normalizedAlignment: alignment, contextId: id });
      await clock.sleep(trickles ? 5_000 : waits.draw(latencies.voice.chunk), this.#gone.signal);
    }
  }

  #encoded(samples: Int16Array): string {
    if (this.format.law === 'pcm') return pcmToBase64(samples);
    const bytes = new Uint8Array(samples.length);
    encodeMulaw(samples, bytes);
    return Buffer.from(bytes).toString('base64');
  }

  #send(told: object): void {
    if (this.socket.readyState === this.socket.OPEN) this.socket.send(JSON.stringify(told));
  }

  #broke(error: unknown): void {
    if (this.#gone.signal.aborted) return; // nobody listens any more
    this.socket.close(1011, error instanceof Error ? error.message.slice(0, 100) : 'failed');
  }
}

function formatOf(name: string): Format | undefined {
  if (name === 'ulaw_8000') return { rateHz: 8_000, law: 'ulaw' };
  const rateHz = Number(/^pcm_(8000|16000|24000)$/.exec(name)?.[1]);
  return rateHz ? { rateHz: rateHz as SampleRateHz, law: 'pcm' } : undefined;
}

function parse(data: RawData): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return undefined;
  }
}
