import type { Cancel } from '@app/kernel';
import type { RawData, WebSocket } from 'ws';
import { z } from 'zod';
import { anyJson } from '../../any-json.js';
import { voiceOf, type VoiceParts } from '../voice-parts.js';
import { type ClientMessage, clientMessage, errorMessage, finalMessage, socketQuery, type SocketQuery } from './elevenlabs-messages.js'; // prettier-ignore
import { SpeakingContext, type SpeakingParts } from './speaking-context.js';

export interface AskedVoice {
  voiceId: string;
  query: URLSearchParams;
  /** A key came with the request; else the first message must bring one. */
  authorized: boolean;
}

/** One more context ends the socket; one that was closed counts until its sound has been sent. */
const MOST_CONTEXTS = 5;
/** Their names of what HTTP has a status for; any other is `internal_error`. */
const ERRORS: Readonly<Record<number, string>> = { 401: 'invalid_api_key', 429: 'rate_limit_exceeded' };

/** ElevenLabs' multi-context socket, with flite's voices in place of theirs. One for one socket. */
export class ElevenLabsSocket {
  readonly #contexts = new Map<string, SpeakingContext>();
  /** Closed, and still speaking. */
  readonly #closing = new Set<Promise<void>>();
  readonly #gone = new AbortController();
  readonly #speaking: SpeakingParts;
  #idle: Cancel = () => undefined;
  #authorized: boolean;

  private constructor(
    private readonly socket: WebSocket,
    private readonly parts: VoiceParts,
    private readonly query: SocketQuery,
    { voiceId, authorized }: AskedVoice,
  ) {
    this.#authorized = authorized;
    this.#speaking = {
      ...parts,
      voice: voiceOf(voiceId),
      format: query.output_format,
      autoMode: query.auto_mode,
      send: (message) => this.#send(message),
      failed: (error) => this.#broke(error),
      refuse: (status) => refuse(socket, ERRORS[status] ?? 'internal_error', 'The request was not served.'),
      breakOff: () => socket.terminate(),
      gone: this.#gone.signal,
    };
    socket.on('message', (data: RawData) => this.#take(data));
    socket.on('close', () => this.#end());
    socket.on('error', () => this.#end());
    this.#heardSomething();
  }

  /** Serves a socket that was let in; one that asks for what there is not is closed (1008). */
  static serve(socket: WebSocket, parts: VoiceParts, asked: AskedVoice): void {
    const query = socketQuery.safeParse(Object.fromEntries(asked.query));
    if (query.success) new ElevenLabsSocket(socket, parts, query.data, asked);
    else refuse(socket, 'invalid_parameters', z.prettifyError(query.error));
  }

  #take(data: RawData): void {
    this.#heardSomething();
    const read = clientMessage.safeParse(anyJson(data));
    if (!read.success) return refuse(this.socket, 'invalid_message', 'The message could not be read.');
    this.#authorized ||= Boolean(read.data.xi_api_key ?? read.data.authorization);
    if (!this.#authorized) return refuse(this.socket, 'missing_authentication', 'Neither a key nor a token was given.');
    if (read.data.close_socket) this.#finish();
    else this.#tell(read.data);
  }

  #tell({ context_id, text, flush, close_context: closes }: ClientMessage): void {
    const id = context_id ?? 'default';
    const context = this.#contexts.get(id) ?? (closes ? undefined : this.#open(id));
    if (!context) return;
    if (text) context.take(text); // an empty one keeps the context alive
    if (flush) context.flush();
    if (closes) this.#close(id, context);
  }

  #open(id: string): SpeakingContext | undefined {
    if (this.#contexts.size + this.#closing.size >= MOST_CONTEXTS) {
      const told = `Maximum simultaneous contexts per WebSocket connection exceeded (${MOST_CONTEXTS}).`;
      refuse(this.socket, 'max_active_conversations', told);
      return undefined;
    }
    const context = new SpeakingContext(id, this.#speaking);
    this.#contexts.set(id, context);
    return context;
  }

  /** The name may be used again at once, for another context. */
  #close(id: string, context: SpeakingContext): void {
    this.#contexts.delete(id);
    const closing = context
      .close()
      .then(
        () => this.#send(finalMessage(id)),
        () => undefined, // told by the context
      )
      .finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }

  #finish(): void {
    for (const [id, context] of this.#contexts) this.#close(id, context);
    void Promise.all(this.#closing).then(() => this.socket.close(1_000));
  }

  #heardSomething(): void {
    this.#idle();
    const { inactivity_timeout: seconds } = this.query;
    this.#idle = this.parts.clock.after(seconds * 1_000, () => {
      refuse(this.socket, 'input_timeout_exceeded', `No input was received within ${seconds} s.`);
    });
  }

  #send(message: object | string): void {
    if (this.socket.readyState !== this.socket.OPEN) return;
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  #broke(error: unknown): void {
    if (!this.#gone.signal.aborted) this.socket.close(1_011, String(error).slice(0, 100));
  }

  #end(): void {
    this.#idle();
    this.#gone.abort();
  }
}

function refuse(socket: WebSocket, error: string, message: string): void {
  socket.send(JSON.stringify(errorMessage(error, message)));
  socket.close(1_008, error);
}
