import type { HeardWord } from '@app/conversation/ports';
import type { Fault, SpeechToTextFarEnd } from '@app/conversation/testing';
import type { WebSocket } from 'ws';
import { FarServer, spoil } from './far-server.js';

const OVERSIZE_BYTES = 1_100_000;

/** A vendor's end of live recognition over a socket; its words are its heirs'. */
export abstract class FarEars implements SpeechToTextFarEnd {
  /** All sound, over all sessions. */
  sound = Buffer.alloc(0);
  /** All text messages, over all sessions, by type. */
  readonly told: string[] = [];
  server!: FarServer;
  #refusing: Promise<void> | undefined;

  abstract change(text: string): void;
  abstract settle(text: string, how: { confidence: number; words: readonly HeardWord[] }): void;
  abstract endSpeech(): void;
  abstract finishes(times: number): Promise<void>;
  /** What a client says. */
  protected abstract take(data: Buffer, isBinary: boolean): void;

  /** @param greeting sent to each session first */
  protected async listen(greeting: object): Promise<void> {
    this.server = await FarServer.open((socket) => {
      socket.on('message', (data: Buffer, isBinary) => {
        this.take(data, isBinary);
        this.server.seen.changed();
      });
      socket.send(JSON.stringify(greeting));
    });
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
  protected tells(type: string, times: number): Promise<void> {
    return this.server.seen.until(() => this.told.filter((each) => each === type).length === times);
  }
  protected hear(bytes: Buffer): void {
    this.sound = Buffer.concat([this.sound, bytes]);
  }

  get #socket(): WebSocket | undefined {
    return this.server.sockets.at(-1);
  }
}
