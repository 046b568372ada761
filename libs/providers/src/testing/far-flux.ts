import type { HeardWord } from '@app/conversation/ports';
import type { Fault, SpeechToTextFarEnd } from '@app/conversation/testing';
import type { WebSocket } from 'ws';
import { FarServer, spoil } from './far-server.js';

const OVERSIZE_BYTES = 1_100_000;

/** Deepgram's end of `/v2/listen`, in the messages of its SDK's types. */
export class FarFlux implements SpeechToTextFarEnd {
  sound = Buffer.alloc(0);
  readonly told: string[] = [];
  server!: FarServer;
  #refusing: Promise<void> | undefined;

  static async open(): Promise<FarFlux> {
    const far = new FarFlux();
    far.server = await FarServer.open((socket) => {
      socket.on('message', (data: Buffer, isBinary) => far.#take(data, isBinary));
      socket.send(JSON.stringify({ type: 'Connected', request_id: 'r', sequence_id: 0 }));
    });
    return far;
  }

  turn(event: string, transcript: string, confidence = 1, extra: Record<string, unknown> = {}): void {
    const words = transcript.split(' ').map((word) => ({ word, confidence }));
    const place = { request_id: 'r', sequence_id: 1, turn_index: 0, audio_window_start: 0, audio_window_end: 1 };
    this.send({ type: 'TurnInfo', event, ...place, transcript, words, end_of_turn_confidence: 0.4, ...extra });
  }

  change(text: string): void {
    this.turn('Update', text);
  }
  settle(text: string, { confidence }: { confidence: number; words: readonly HeardWord[] }): void {
    this.turn('EndOfTurn', text, confidence, { trigger: 'model' });
  }
  endSpeech(): void {} // told with the words
  guessTurn(text: string): void {
    this.turn('EagerEndOfTurn', text);
  }
  resumeTurn(text: string): void {
    this.turn('TurnResumed', text);
  }

  send(message: Record<string, unknown>): void {
    this.#socket?.send(JSON.stringify(message));
  }

  refuse(fault: Fault): void {
    this.#refusing = this.server.refuseNext(fault);
  }
  fail(fault: Fault): void {
    spoil(this.#socket, fault, OVERSIZE_BYTES);
  }

  async reached(): Promise<void> {
    await this.#refusing;
    if (this.server.http.listening) await this.server.seen.until(() => this.server.upgrades.length > 0);
  }
  hears(samples: number): Promise<void> {
    return this.server.seen.until(() => this.sound.length === samples * 2);
  }
  finishes(): Promise<void> {
    return Promise.reject(new Error('Flux cannot be asked'));
  }

  get #socket(): WebSocket | undefined {
    return this.server.sockets.at(-1);
  }

  #take(data: Buffer, isBinary: boolean): void {
    if (isBinary) this.sound = Buffer.concat([this.sound, data]);
    else this.told.push((JSON.parse(data.toString()) as { type: string }).type);
    this.server.seen.changed();
  }
}
