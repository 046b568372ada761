import { once } from 'node:events';
import { Mailbox } from '@app/kernel';
import { type ClientOptions, WebSocket } from 'ws';
import { z } from 'zod';

const message = z.record(z.string(), z.unknown());
export type SocketMessage = z.output<typeof message>;

/** A client that reads JSON messages one after another. */
export class SocketClient {
  readonly #inbox = new Mailbox<SocketMessage>();
  readonly #messages = this.#inbox[Symbol.asyncIterator]();
  /** Code and reason of the far end's close. */
  readonly closed: Promise<{ code: number; reason: string }>;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.#inbox.push(message.parse(JSON.parse(String(data)))));
    this.closed = new Promise((resolve) => {
      socket.on('close', (code, reason) => {
        this.#inbox.close();
        resolve({ code, reason: String(reason) });
      });
    });
  }

  /** @throws Error with the status when it is refused */
  static async open(url: string, options: ClientOptions = {}): Promise<SocketClient> {
    const socket = new WebSocket(url, { perMessageDeflate: false, ...options });
    const client = new SocketClient(socket);
    await once(socket, 'open');
    return client;
  }

  send(told: object | Uint8Array): void {
    this.socket.send(told instanceof Uint8Array ? told : JSON.stringify(told));
  }

  /** The next message; undefined when the socket was closed. */
  async next(): Promise<SocketMessage | undefined> {
    const { value, done } = await this.#messages.next();
    return done ? undefined : value;
  }

  /** All messages up to and with the first that is wanted, or up to the end. */
  async until(wanted: (told: SocketMessage) => boolean): Promise<SocketMessage[]> {
    const told: SocketMessage[] = [];
    for (let next = await this.next(); next; next = await this.next()) {
      told.push(next);
      if (wanted(next)) break;
    }
    return told;
  }
}
