import { randomUUID } from 'node:crypto';
import type { RawData, WebSocket } from 'ws';
import { anyJson } from '../../../any-json.js';
import { tokensIn } from '../../model-stream.js';
import type { FileEars } from '../file-ears.js';
import { type Answer, answer } from '../receptionist.js';
import { CallerBuffer } from './caller-buffer.js';
import type { RealtimeParts } from './realtime-parts.js';
import { type AskedResponse, type ClientEvent, clientEvent, type Complaint, complaint, told } from './realtime-events.js'; // prettier-ignore
import { HeardItem, type HistoryItem, RealtimeHistory, SpokenItem, textOf, WrittenItem } from './realtime-history.js';
import { RealtimeSettings } from './realtime-settings.js';
import { SpokenResponse } from './spoken-response.js';

/** Theirs end then. */
const SESSION_MS = 60 * 60_000;
/** Less is not committed. */
const LEAST_COMMIT_MS = 100;
/** What an instruction to read aloud, and to do nothing else, has in it. */
const READS = /\bread\b/i;

/** One session: what it refuses, it refuses by message, and goes on. */
export class RealtimeSocket {
  readonly #settings: RealtimeSettings;
  readonly #history = new RealtimeHistory();
  readonly #buffer = new CallerBuffer();
  readonly #responses = new Map<string, SpokenResponse>();
  readonly #gone = new AbortController();
  /** The one that answers the history. */
  #answering: SpokenResponse | undefined;
  /** What was committed is understood, as far as it can be. */
  #understood: Promise<void> = Promise.resolve();

  constructor(
    private readonly socket: WebSocket,
    private readonly parts: RealtimeParts & { ears: FileEars },
    private readonly of: { callId: string; model: string },
  ) {
    const expiresAt = Math.floor((parts.clock.date().getTime() + SESSION_MS) / 1_000);
    this.#settings = new RealtimeSettings(of.model, expiresAt);
    socket.on('message', (data: RawData) => this.#take(String(data)));
    socket.on('close', () => this.#gone.abort());
    socket.on('error', () => this.#gone.abort());
    parts.clock.sleep(SESSION_MS, this.#gone.signal).then(
      () => this.#expire(),
      () => undefined, // it ended before
    );
    this.#tell('session.created', { session: this.#settings.shown() });
  }

  #take(json: string): void {
    const { callId } = this.of;
    if (this.parts.faults.refuses('model', callId)) return this.socket.terminate();
    const parsed = anyJson(json);
    const { data: event, error } = clientEvent.safeParse(parsed);
    const problem: Complaint | undefined = event
      ? this.#do(event)
      : { code: 'invalid_value', message: error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') }; // prettier-ignore
    if (problem) this.#send(complaint(problem, event?.event_id ?? eventIdIn(parsed)));
  }

  #do(event: ClientEvent): Complaint | undefined {
    switch (event.type) {
      case 'session.update':
        return this.#settings.update(event.session) ?? this.#tell('session.updated', { session: this.#settings.shown() });
      case 'input_audio_buffer.append':
        return this.#buffer.append(event.audio, this.#settings.input);
      case 'input_audio_buffer.clear':
        this.#buffer.clear();
        return this.#tell('input_audio_buffer.cleared');
      case 'input_audio_buffer.commit':
        return this.#commit();
      case 'conversation.item.create':
        return this.#add(new WrittenItem(event.item.id ?? newItem(), event.item), { behind: event.previous_item_id });
      case 'conversation.item.delete':
        return this.#history.delete(event.item_id) ?? this.#tell('conversation.item.deleted', { item_id: event.item_id });
      case 'conversation.item.truncate':
        return this.#truncate(event.item_id, event.audio_end_ms);
      case 'response.create':
        return this.#respond(event.response);
      case 'response.cancel':
        return this.#cancel(event.response_id);
    }
  } // prettier-ignore

  #commit(): Complaint | undefined {
    const { lengthMs } = this.#buffer;
    if (lengthMs < LEAST_COMMIT_MS)
      return {
        code: 'input_audio_buffer_commit_empty',
        message: `Error committing input audio buffer: buffer too small. Expected at least 100ms of audio, but buffer only has ${lengthMs.toFixed(2)}ms of audio.`,
      };
    const sound = this.#buffer.take();
    const item = new HeardItem(newItem());
    this.#tell('input_audio_buffer.committed', { item_id: item.id, previous_item_id: this.#history.lastId });
    const { callId } = this.of;
    this.#understood = Promise.all([
      this.parts.ears.hear(callId, { ...sound, language: 'multi' }),
      this.#understood,
    ]).then(([words]) => {
      item.text = words.map(({ text }) => text).join(' ');
    });
    return this.#add(item);
  }

  #add(
    item: HistoryItem,
    { isWhole = true, behind }: { isWhole?: boolean; behind?: string | undefined } = {},
  ): Complaint | undefined {
    const problem = this.#history.add(item, behind);
    if (problem) return problem;
    const previous_item_id = this.#history.before(item);
    this.#tell('conversation.item.added', { previous_item_id, item: item.shown() });
    return isWhole ? this.#tell('conversation.item.done', { previous_item_id, item: item.shown() }) : undefined;
  }

  #truncate(item_id: string, audio_end_ms: number): Complaint | undefined {
    const item = this.#history.find(item_id);
    if (!(item instanceof SpokenItem))
      return { code: 'invalid_value', param: 'item_id', message: `There is no assistant audio in item '${item_id}'.` };
    const problem = item.truncate(audio_end_ms);
    if (problem) return problem;
    this.parts.evidence.noteCut(this.of.callId, { itemId: item_id, audioEndMs: audio_end_ms, atMs: this.#now() });
    return this.#tell('conversation.item.truncated', { item_id, content_index: 0, audio_end_ms });
  }

  #respond(asked: AskedResponse): Complaint | undefined {
    const isBeside = asked.conversation === 'none';
    if (this.#answering && !isBeside)
      return {
        code: 'conversation_already_has_active_response',
        message: `Conversation already has an active response in progress: ${this.#answering.id}. Wait until the response is finished before creating a new one.`,
      };
    const { callId } = this.of;
    const askedAtMs = this.#now();
    this.#settings.spoke = true;
    const response = new SpokenResponse({
      ...this.parts,
      asked,
      callId,
      voiceId: this.#settings.voice,
      format: this.#settings.output,
      send: (event) => this.#send(event),
      add: (item) => void this.#add(item, { isWhole: false }),
      breakOff: () => this.socket.terminate(),
      inputTokens: tokensIn(JSON.stringify(this.#history.messages(asked.instructions ?? ''))),
      fault: this.parts.faults.take('model', callId, ({ kind }) => kind !== 'status'),
      gone: this.#gone.signal,
    });
    this.#responses.set(response.id, response);
    if (!isBeside) this.#answering = response;
    response
      .run(() => this.#answer(asked, askedAtMs))
      .catch((error: unknown) => this.#broke(error))
      .finally(() => this.#forget(response));
    return undefined;
  }

  /** What was committed by now is heard first; what comes later is no part of it. */
  async #answer(asked: AskedResponse, atMs: number): Promise<Answer> {
    const { instructions = this.#settings.instructions, tools = this.#settings.tools, input } = asked;
    const read = input?.map(textOf).join(' ');
    if (read !== undefined && asked.conversation === 'none' && READS.test(instructions)) return { text: read, calls: [] };
    await this.#understood;
    const messages = input
      ? [{ role: 'system' as const, content: instructions }, ...input.map((item) => new WrittenItem('', item).message())]
      : this.#history.messages(instructions);
    const answered = answer(messages, tools.map(({ type, ...rest }) => ({ type, function: rest })));
    const { callId, model } = this.of;
    const seen = messages.map((message) => ({ ...message, content: typeof message.content === 'string' ? message.content : null }));
    this.parts.evidence.noteRequest({ requestId: `${callId}/${randomUUID()}`, atMs, messages: seen, model, answer: answered });
    return answered;
  } // prettier-ignore

  #cancel(id: string | undefined): Complaint | undefined {
    const response = id === undefined ? this.#answering : this.#responses.get(id);
    if (!response)
      return { code: 'response_cancel_not_active', message: 'Cancellation failed: no active response found' };
    response.cancel();
    return undefined;
  }

  #forget(response: SpokenResponse): void {
    this.#responses.delete(response.id);
    if (this.#answering === response) this.#answering = undefined;
  }

  #broke(error: unknown): void {
    if (!this.#gone.signal.aborted) this.socket.close(1_011, String(error).slice(0, 100));
  }

  #expire(): void {
    const message = 'Your session hit the maximum duration of 60 minutes.';
    this.#send(complaint({ code: 'session_expired', message }, undefined));
    this.socket.close(1_001);
  }

  #now(): number {
    return this.parts.clock.date().getTime();
  }

  #tell(type: string, more: object = {}): undefined {
    this.#send(told(type, more));
  }

  #send(event: object | string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(typeof event === 'string' ? event : JSON.stringify(event));
  }
}

const newItem = (): string => `item_${randomUUID()}`;

const eventIdIn = (parsed: unknown): string | undefined => {
  const id = typeof parsed === 'object' && parsed !== null && 'event_id' in parsed ? parsed.event_id : undefined;
  return typeof id === 'string' ? id : undefined;
};
