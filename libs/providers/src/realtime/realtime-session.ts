import {
  type Message,
  ProviderError,
  type SpeechRequest,
  type SpeechToSpeechOptions,
  type SpeechToSpeechSession,
  type SpokenItem,
  type SpokenPart,
  type SpokenReply,
} from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { Deadline } from '../deadline.js';
import type { ProviderSocket, SocketListener } from '../socket.js';
import { untilAborted } from '../until-aborted.js';
import { appended, failureOf, readingOf, readNews, type RealtimeNews, toolOf } from './openai-realtime.wire.js'; // prettier-ignore
import { SoundUp } from './realtime-sound.js';
import { HistoryItem, RealtimeHistory } from './history-item.js';
import { SpokenResponse } from './spoken-response.js';

export interface RealtimeSessionParts {
  provider: string;
  clock: Clock;
  options: SpeechToSpeechOptions;
  sessionMs: number;
  firstMs: number;
  idleMs: number;
}

/** They refuse to make a turn of less. */
const SHORTEST_TURN_MS = 100;
/** A minute of sound that the socket did not take: nobody is there. */
const MAX_WAITING_BYTES = 2_000_000;
/** What they say of something that was asked beside a reply ends nothing. */
const ASIDE = 'aside';

/** One call's socket: history, sound and responses. */
export class RealtimeSession implements SpeechToSpeechSession, SocketListener {
  #socket: ProviderSocket | undefined;
  #over = false;
  readonly #openedMs: number;
  readonly #up: SoundUp;
  readonly #responses = new Map<string, SpokenResponse>();
  /** Turns whose id they have not told yet, in order. */
  readonly #turns: HistoryItem[] = [];
  readonly #history = new RealtimeHistory((event) => this.#tell(event));
  #requests = 0;
  /** The last answer, which must be over before the next is asked for. */
  #answering: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RealtimeSessionParts) {
    this.#openedMs = parts.clock.nowMs();
    this.#up = new SoundUp(parts.options.rateHz, (audio) => this.#send(appended(audio)));
  }

  get over(): boolean {
    return this.#over || this.parts.clock.nowMs() - this.#openedMs > this.parts.sessionMs;
  }

  start(socket: ProviderSocket): void {
    this.#socket = socket;
    const { signal } = this.parts.options;
    signal.addEventListener('abort', () => this.#end(), { once: true });
    if (signal.aborted) this.#end();
  }

  push(samples: Int16Array): void {
    if (!this.#over) this.#up.push(samples);
  }

  forget(): void {
    if (this.#over) return;
    this.#up.restart();
    this.#tell({ type: 'input_audio_buffer.clear' });
  }

  takeTurn(): SpokenItem {
    const item = new HistoryItem();
    if (this.#over) return item;
    this.#history.append(item);
    this.#up.flush();
    if (this.#up.sentMs < SHORTEST_TURN_MS) return item;
    this.#up.restart();
    item.begin();
    this.#turns.push(item);
    this.#tell({ type: 'input_audio_buffer.commit' });
    return item;
  }

  add(message: Exclude<Message, { role: 'system' }>, behind?: SpokenItem | null): SpokenItem {
    return this.#history.add(message, behind);
  }

  truncate(item: SpokenItem, heardMs: number): void {
    this.#history.truncate(item, heardMs);
  }

  drop(item: SpokenItem): void {
    this.#history.drop(item);
  }

  reply({ requestId, instructions, functions, maxOutputTokens, signal, onUsage }: SpeechRequest): SpokenReply {
    const response = this.#response(onUsage);
    const asked = {
      instructions,
      output_modalities: ['audio'],
      tools: functions.map(toolOf),
      max_output_tokens: boundOf(maxOutputTokens),
    };
    const before = this.#answering;
    this.#answering = response.over;
    response.item.begin();
    this.#history.append(response.item);
    const ask = async () => {
      await before;
      this.#ask(response, { ...asked, metadata: { key: response.key, request: requestId } });
    };
    return { parts: this.#read(response, ask, signal), item: response.item };
  }

  async *read(text: string, { signal }: { signal: AbortSignal }): AsyncGenerator<Int16Array> {
    signal.throwIfAborted();
    const response = this.#response();
    const asked = { ...readingOf(text, this.parts.options.language), metadata: { key: response.key } };
    const ask = () => Promise.resolve(this.#ask(response, asked));
    for await (const part of this.#read(response, ask, signal)) if (part.type === 'sound') yield part.samples;
  }

  message(text: string): void {
    const news = readNews(this.parts.provider, text);
    if (news) this.#take(news);
  }

  lost(error: unknown): void {
    this.#close(error);
  }

  async *#read(response: SpokenResponse, ask: () => Promise<void>, only: AbortSignal): AsyncGenerator<SpokenPart> {
    // prettier-ignore
    const { options, clock, provider, firstMs, idleMs } = this.parts;
    const signal = AbortSignal.any([options.signal, only]);
    const deadline = new Deadline(clock, () => response.close(new ProviderError(provider, 'timed-out')));
    try {
      signal.throwIfAborted();
      if (this.#over) throw new ProviderError(provider, 'unreachable');
      deadline.within(firstMs);
      ask().catch((error: unknown) => response.close(error));
      for await (const part of untilAborted(response.parts, signal)) {
        deadline.met(); // a slow reader is not a slow model
        yield part;
        deadline.within(idleMs);
      }
    } finally {
      deadline.met();
      this.#abandon(response);
    }
  }

  #response(onUsage?: SpeechRequest['onUsage']): SpokenResponse {
    this.#requests += 1;
    const { provider, options } = this.parts;
    return new SpokenResponse(`ask_${this.#requests}`, provider, options.rateHz, onUsage);
  }

  #ask(response: SpokenResponse, asked: object): void {
    if (response.abandoned || this.#over) return response.settle();
    this.#responses.set(response.key, response);
    this.#send(JSON.stringify({ type: 'response.create', event_id: response.key, response: asked }));
  }

  /** Nobody reads on: it is stopped, and what they still send of it is passed over until they say that it is over. */
  #abandon(response: SpokenResponse): void {
    if (response.abandoned) return;
    response.abandoned = true;
    response.close();
    if (this.#responses.has(response.key) && response.id) this.#cancel(response.id);
  }

  #cancel(id: string): void {
    this.#tell({ type: 'response.cancel', response_id: id });
  }

  #take(news: RealtimeNews): void {
    switch (news.type) {
      case 'response.created':
        return this.#named(news.response);
      case 'response.done':
        return this.#done(news.response);
      case 'input_audio_buffer.committed':
        return this.#committed(news.item_id);
      case 'error':
        return this.#complained(news.error);
      case 'session.created':
        return;
      default:
        this.#of(news.response_id)?.take(news);
    }
  }

  #named({ id, metadata }: { id: string; metadata?: Record<string, string> | null | undefined }): void {
    const response = this.#responses.get(metadata?.['key'] ?? '');
    if (!response) return;
    response.id = id;
    if (response.abandoned) this.#cancel(id);
  }

  #done(done: Parameters<SpokenResponse['done']>[0]): void {
    const response = this.#of(done.id);
    if (!response) return;
    this.#responses.delete(response.key);
    response.done(done);
    response.settle();
  }

  #of(id: string): SpokenResponse | undefined {
    for (const response of this.#responses.values()) if (response.id === id) return response;
    return undefined;
  }

  #committed(id: string): void {
    const item = this.#turns.shift();
    item?.ids.push(id);
    item?.whole();
  }

  #complained(fault: {
    type?: string | null | undefined;
    code?: string | null | undefined;
    event_id?: string | null | undefined;
  }): void {
    // prettier-ignore
    if (fault.event_id === ASIDE) return;
    const error = new ProviderError(this.parts.provider, failureOf(fault));
    const response = this.#responses.get(fault.event_id ?? '');
    if (!response) throw error; // of the session itself
    this.#responses.delete(response.key);
    response.close(error);
    response.settle();
  }

  #tell(event: object): void {
    this.#send(JSON.stringify({ event_id: ASIDE, ...event }));
  }

  #send(json: string): void {
    this.#socket?.send(json);
    if (this.#socket && this.#socket.waitingBytes > MAX_WAITING_BYTES)
      this.#socket.abandon(new ProviderError(this.parts.provider, 'timed-out'));
  }

  #end(): void {
    this.#socket?.close();
    this.#close();
  }

  #close(error?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    this.#socket = undefined;
    this.#up.close();
    for (const response of this.#responses.values()) {
      response.onUsage(null);
      response.close(error);
      response.settle();
    }
    this.#responses.clear();
  }
}

/** What a token of text is in tokens of speech, roughly: a bound, not a measure. */
const AUDIO_TOKENS_PER_TEXT_TOKEN = 10;
/** They refuse a higher bound. */
const HIGHEST_BOUND = 4_096;

const boundOf = (textTokens: number | undefined): number | 'inf' =>
  textTokens === undefined ? 'inf' : Math.min(HIGHEST_BOUND, textTokens * AUDIO_TOKENS_PER_TEXT_TOKEN);
