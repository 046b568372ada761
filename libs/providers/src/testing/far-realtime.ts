import { decodeMulaw, encodeMulaw, pcmToBytes, Resampler, samplesIn, type SampleRateHz } from '@app/audio';
import type { Fault, SpeechPlay, VoicePlay } from '@app/conversation/testing';
import type { Clock } from '@app/kernel';
import type { WebSocket } from 'ws';
import { FarServer, spoil } from './far-server.js';

const OVERSIZE_BYTES = 8_100_000;
/** Each word sounds so long. */
const WORD_MS = 100;
const DIALLED: ReadonlySet<Fault> = new Set(['no-listener', 'half-open', 'status-401', 'status-429', 'status-500']);

export interface TheirEvent {
  type: string;
  event_id?: string;
  item_id?: string;
  previous_item_id?: string;
  response_id?: string;
  audio_end_ms?: number;
  audio?: string;
  item?: { id: string; type: string; role?: string; content?: { text?: string }[]; output?: string; call_id?: string };
  response?: Record<string, unknown> & {
    conversation?: string;
    metadata?: Record<string, string>;
    input?: { content: { text: string }[] }[];
  };
  session?: { audio: { output: { format: { type: string } } } };
}

/** What a word sounds like at their rate: no two texts alike, as far as their letters tell. */
const wordSound = (seed: number, rateHz: 8_000 | 24_000): Int16Array =>
  new Int16Array(samplesIn(WORD_MS, rateHz)).fill(((seed % 300) + 1) * 100);
const wordsOf = (text: string): string[] => text.split(/(?<=\s)/).filter((word) => word !== '');
const seedOf = (text: string): number => [...text].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0);

/** How a text sounds that it reads, at the rate of the line; the resampler must be loaded. */
export function readSound(text: string, rateHz: SampleRateHz): Int16Array {
  const words = wordsOf(text).map((_, n) => [...wordSound(seedOf(text) + n, rateHz === 8_000 ? 8_000 : 24_000)]);
  const sound = Int16Array.from(words.flat());
  if (rateHz === 8_000) return decodeMulaw(encodeMulaw(sound, new Uint8Array(sound.length)), sound);
  const resampler = new Resampler(24_000, rateHz);
  const all = [...resampler.process(sound), ...resampler.flush()];
  const early = Math.round((resampler.delayMs * rateHz) / 1_000);
  resampler.close();
  return Int16Array.from(all.slice(early));
}

/** OpenAI's end of a Realtime session, in the events of its documentation. */
export class FarRealtime {
  /** All that was told, in order, over all sockets; sound is left out. */
  readonly told: TheirEvent[] = [];
  /** Bytes of sound that were appended, over all sockets. */
  appendedBytes = 0;
  server!: FarServer;
  readonly #plays: SpeechPlay[] = [];
  readonly #readings: VoicePlay[] = [];
  readonly #cancelled = new Set<string>();
  #refusing: Promise<void> | undefined;
  #ids = 0;
  #format = 'audio/pcmu';

  private constructor(
    private readonly clock: Clock,
    private readonly readsEveryMs: number,
  ) {}

  /** @param readsEveryMs passes between two words of what it reads */
  static async open(clock: Clock, readsEveryMs = 0): Promise<FarRealtime> {
    const far = new FarRealtime(clock, readsEveryMs);
    far.server = await FarServer.open((socket) => {
      socket.send(JSON.stringify({ type: 'session.created', session: { expires_at: 1_789_034_550 } }));
      socket.on('message', (data: Buffer) => far.#take(socket, JSON.parse(data.toString()) as TheirEvent));
    });
    return far;
  }

  play(play: SpeechPlay): void {
    if (play.then && DIALLED.has(play.then)) this.#refusing = this.server.refuseNext(play.then);
    else this.#plays.push(play);
  }

  /** What becomes of the next text that it is to read, or of the next session. */
  playReading(play: VoicePlay): void {
    if (DIALLED.has(play.then)) this.#refusing = this.server.refuseNext(play.then);
    else this.#readings.push(play);
  }

  async asked(): Promise<void> {
    await this.#refusing;
    if (!this.server.http.listening) return;
    const isAsked = () => (this.#refusing ? this.server.upgrades.length > 0 : this.of('response.create').length > 0);
    await this.server.seen.until(isAsked);
  }

  /** What was told of one kind. */
  of(type: string): TheirEvent[] {
    return this.told.filter((event) => event.type === type);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  #take(socket: WebSocket, event: TheirEvent): void {
    if (event.type === 'input_audio_buffer.append')
      this.appendedBytes += Buffer.from(event.audio ?? '', 'base64').length;
    else this.told.push(event);
    const send = (message: object) => socket.send(JSON.stringify(message));
    if (event.type === 'session.update') this.#format = event.session?.audio.output.format.type ?? '';
    if (event.type === 'response.cancel') this.#cancelled.add(event.response_id ?? '');
    if (event.type === 'input_audio_buffer.commit') send({ type: event.type + 'ted', item_id: this.#id('item') });
    if (event.type === 'conversation.item.create') send({ type: 'conversation.item.added', item: event.item });
    if (event.type === 'response.create') void this.#respond(socket, event);
    this.server.seen.changed();
  }

  async #respond(socket: WebSocket, { response = {} }: TheirEvent): Promise<void> {
    const reads = response.conversation === 'none';
    const read = response.input?.[0]?.content[0]?.text ?? '';
    const play = reads ? this.#reading(read) : (this.#plays.shift() ?? {});
    const { text = '', everyMs = 0, calls = [], reason, then }: SpeechPlay = play;
    const [id, item] = [this.#id('resp'), this.#id('item')];
    const of = { response_id: id, item_id: item };
    const send = (message: object) => socket.send(JSON.stringify(message));
    const done = (status: string, details?: object) =>
      send({ type: 'response.done', response: { id, status, status_details: details ?? null, usage: USAGE } });
    send({ type: 'response.created', response: { id, metadata: response.metadata } });
    if (text !== '') send({ type: 'response.output_item.added', response_id: id, item: { id: item, type: 'message' } });
    const seed = reads ? seedOf(read) : 0;
    for (const [n, word] of wordsOf(text).entries()) {
      if (n > 0 && everyMs > 0) await this.clock.sleep(everyMs);
      if (this.#cancelled.has(id)) return done('cancelled', { reason: 'client_cancelled' });
      send({ type: 'response.output_audio_transcript.delta', ...of, delta: word });
      send({ type: 'response.output_audio.delta', ...of, delta: this.#sound(seed + n) });
      await new Promise<void>((resolve) => setImmediate(resolve)); // responses speak between each other
    }
    if (then === 'silent' && !reads) return;
    if (then) return spoil(socket, then, OVERSIZE_BYTES);
    for (const { id: callId, name, argumentsJson } of calls) {
      const called = { response_id: id, item_id: this.#id('item') };
      send({ type: 'response.output_item.added', response_id: id, item: { id: called.item_id, type: 'function_call', name } }); // prettier-ignore
      send({ type: 'response.function_call_arguments.done', ...called, call_id: callId, arguments: argumentsJson });
    }
    if (reason === 'length') return done('incomplete', { reason: 'max_output_tokens' });
    if (reason === 'refused') return done('incomplete', { reason: 'content_filter' });
    done('completed');
  }

  #reading(text: string): SpeechPlay {
    const { portions = 0, then } = this.#readings.shift() ?? {};
    return { text: then ? wordsOf(text).slice(0, portions).join('') : text, everyMs: this.readsEveryMs, ...(then && { then }) }; // prettier-ignore
  }

  #sound(seed: number): string {
    const mulaw = this.#format === 'audio/pcmu';
    const samples = wordSound(seed, mulaw ? 8_000 : 24_000);
    const bytes = mulaw ? encodeMulaw(samples, new Uint8Array(samples.length)) : pcmToBytes(samples);
    return Buffer.from(bytes).toString('base64');
  }

  #id(kind: string): string {
    this.#ids += 1;
    return `${kind}_${this.#ids}`;
  }
}

const USAGE = {
  input_tokens: 100,
  output_tokens: 20,
  input_token_details: { cached_tokens: 64, audio_tokens: 40, cached_tokens_details: { audio_tokens: 30 } },
  output_token_details: { audio_tokens: 15 },
};
