import { ProviderError } from '@app/conversation/ports';
import type { ProviderSocket, SocketListener } from '../socket.js';
import { FAREWELL, MAX_CONTEXTS, pieceMessages, readNews } from './elevenlabs.wire.js';
import type { SpokenPiece } from './spoken-piece.js';

/** More than anybody says in one piece: what goes on for longer does not end by itself. */
const MAX_PIECE_MS = 180_000;

/** One socket and the contexts in it. A context counts until the far end says that it is final, also when abandoned. */
export class ElevenLabsConnection implements SocketListener {
  #socket: ProviderSocket | undefined;
  #over = false;
  /** By context; undefined when nobody waits for its sound any more. */
  readonly #contexts = new Map<string, SpokenPiece | undefined>();
  readonly #queue: SpokenPiece[] = [];

  constructor(private readonly provider: string) {}

  get over(): boolean {
    return this.#over || (this.#socket?.over ?? false);
  }

  /** Nobody waits for anything. */
  get idle(): boolean {
    return this.#queue.length === 0 && [...this.#contexts.values()].every((piece) => piece === undefined);
  }

  /** All contexts are taken, and by nobody: a piece would wait for the far end to finish what was abandoned. */
  get clogged(): boolean {
    return this.#contexts.size >= MAX_CONTEXTS && this.idle;
  }

  start(socket: ProviderSocket): void {
    if (this.#over) return socket.close(FAREWELL);
    this.#socket = socket;
    this.#admit();
  }

  /** Speaks it as soon as one of the contexts is free. */
  begin(piece: SpokenPiece): void {
    this.#queue.push(piece);
    this.#admit();
  }

  /** Its sound is not wanted, or whole. */
  forget(piece: SpokenPiece): void {
    const place = this.#queue.indexOf(piece);
    if (place >= 0) this.#queue.splice(place, 1);
    else if (this.#contexts.has(piece.id)) this.#contexts.set(piece.id, undefined);
  }

  close(): void {
    this.#over = true;
    this.#socket?.close(FAREWELL);
  }

  message(text: string): void {
    const { contextId, sound, characters, final, failure } = readNews(this.provider, text);
    if (failure && contextId === undefined) throw new ProviderError(this.provider, failure);
    if (contextId === undefined) return;
    const piece = this.#contexts.get(contextId);
    piece?.hear(sound, characters);
    if (failure) piece?.fail(new ProviderError(this.provider, failure));
    if (piece && piece.lengthMs > MAX_PIECE_MS) throw new ProviderError(this.provider, 'unreadable');
    if (!final) return;
    piece?.end();
    this.#contexts.delete(contextId);
    this.#admit();
  }

  lost(error: unknown): void {
    this.#over = true;
    for (const piece of [...this.#contexts.values(), ...this.#queue.splice(0)]) piece?.fail(error);
    this.#contexts.clear();
  }

  #admit(): void {
    while (this.#socket && this.#contexts.size < MAX_CONTEXTS) {
      const piece = this.#queue.shift();
      if (!piece) return;
      this.#contexts.set(piece.id, piece);
      for (const message of pieceMessages(piece.id, piece.text)) this.#socket.send(message);
    }
  }
}
