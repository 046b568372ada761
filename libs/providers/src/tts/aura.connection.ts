import { durationMs, type SampleRateHz } from '@app/audio';
import { ProviderError, type Spoken } from '@app/conversation/ports';
import { Mailbox } from '@app/kernel';
import type { ProviderSocket, SocketListener } from '../socket.js';
import { CLEAR, FAREWELL, FLUSH, readType, speakMessage } from './aura.wire.js';
import { PcmStream } from './pcm-stream.js';

/** More than anybody says in one piece: what goes on for longer does not end by itself. */
const MAX_PIECE_MS = 180_000;

/** One piece of text on its way to sound. */
export class AuraPiece {
  /** Ends with the sound, or with the error that ended it. One reader. */
  readonly sound = new Mailbox<Spoken>();
  readonly #pcm = new PcmStream();
  samples = 0;

  constructor(
    readonly text: string,
    /** Told when nobody is before it any more: from here on its sound is owed. */
    readonly itsTurn: () => void,
  ) {}

  hear(bytes: Uint8Array): void {
    const samples = this.#pcm.read(bytes);
    this.samples += samples.length;
    if (samples.length > 0) this.sound.push({ samples, words: [] });
  }
}

/** One socket. Their sound bears no name, so the pieces have their turns: the next is told when one is whole or cleared. */
export class AuraConnection implements SocketListener {
  #socket: ProviderSocket | undefined;
  #over = false;
  /** First the one that is being spoken. */
  readonly #pieces: AuraPiece[] = [];
  /** The first piece is with them. */
  #speaking = false;
  /** What comes belongs to a piece that nobody wants any more. */
  #clearing = false;
  /** Flushes that may still be answered, though what they flushed was cleared. */
  #staleFlushes = 0;

  constructor(
    private readonly provider: string,
    private readonly rateHz: SampleRateHz,
  ) {}

  get over(): boolean {
    return this.#over || (this.#socket?.over ?? false);
  }

  start(socket: ProviderSocket): void {
    if (this.#over) return socket.close(FAREWELL);
    this.#socket = socket;
    this.#tellNext();
  }

  begin(piece: AuraPiece): void {
    this.#pieces.push(piece);
    if (this.#pieces.length === 1) piece.itsTurn();
    this.#tellNext();
  }

  /** Its sound is not wanted, or whole. */
  forget(piece: AuraPiece): void {
    const place = this.#pieces.indexOf(piece);
    if (place < 0) return;
    this.#pieces.splice(place, 1);
    if (place > 0) return;
    if (this.#speaking) this.#clear();
    this.#pieces[0]?.itsTurn();
    this.#tellNext();
  }

  close(): void {
    this.#over = true;
    this.#socket?.close(FAREWELL);
  }

  /** What is owed did not come: no piece can be told from another any more. */
  giveUp(error: ProviderError): void {
    if (this.#socket && !this.#over) this.#socket.abandon(error);
    else this.lost(error);
  }

  message(text: string): void {
    const type = readType(this.provider, text);
    if (type === 'Cleared') this.#clearing = false;
    if (type === 'Flushed') this.#flushed();
    this.#tellNext();
  }

  bytes(data: Uint8Array): void {
    const piece = this.#speaking ? this.#pieces[0] : undefined;
    piece?.hear(data);
    if (piece && durationMs(piece.samples, this.rateHz) > MAX_PIECE_MS)
      throw new ProviderError(this.provider, 'unreadable');
  }

  lost(error: unknown): void {
    this.#over = true;
    for (const piece of this.#pieces.splice(0)) piece.sound.close(error);
  }

  #clear(): void {
    this.#speaking = false;
    this.#clearing = true;
    this.#staleFlushes += 1;
    this.#socket?.send(CLEAR);
  }

  #flushed(): void {
    const piece = this.#speaking ? this.#pieces[0] : undefined;
    if (this.#staleFlushes > 0 && (piece?.samples ?? 0) === 0) {
      this.#staleFlushes -= 1;
      return;
    }
    if (!piece) return;
    this.#speaking = false;
    this.#staleFlushes = 0;
    this.#pieces.shift();
    piece.sound.close();
    this.#pieces[0]?.itsTurn();
  }

  #tellNext(): void {
    const next = this.#pieces[0];
    if (!next || !this.#socket || this.#speaking || this.#clearing) return;
    this.#speaking = true;
    this.#socket.send(speakMessage(next.text));
    this.#socket.send(FLUSH);
  }
}
