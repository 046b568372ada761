import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'; // RFC 6455 §1.3

/**
 * A vendor at the other end of this machine's loopback, which costs next to nothing: it writes bytes that were made
 * before, and drops what it is told.
 */
export class FarVendor {
  /** What every request is answered with. */
  answer: { type: string; body: Buffer } = { type: 'text/plain', body: Buffer.alloc(0) };
  /** Opened by upgrades, the newest last. */
  readonly sockets: Socket[] = [];
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((socket) => this.#meet(socket));
  }

  static async listen(): Promise<FarVendor> {
    const far = new FarVendor();
    far.#server.listen(0, '127.0.0.1');
    await once(far.#server, 'listening');
    return far;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** On the newest socket; resolves when the system has taken it. */
  async send(bytes: Buffer): Promise<void> {
    const socket = this.sockets.at(-1);
    if (socket && !socket.write(bytes)) await once(socket, 'drain');
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #meet(socket: Socket): void {
    let told = '';
    const read = (bytes: Buffer) => {
      told += bytes.toString('latin1');
      const head = told.indexOf('\r\n\r\n');
      if (head < 0) return;
      const key = /^sec-websocket-key: (.+)$/im.exec(told.slice(0, head))?.[1]?.trim();
      const length = Number(/^content-length: (\d+)/im.exec(told.slice(0, head))?.[1] ?? 0);
      if (key === undefined && told.length < head + 4 + length) return;
      socket.off('data', read).resume();
      if (key === undefined) return this.#tell(socket);
      socket.write(upgraded(key));
      this.sockets.push(socket);
    };
    socket.on('data', read).on('error', () => socket.destroy());
  }

  #tell(socket: Socket): void {
    const { type, body } = this.answer;
    socket.write(
      `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n`,
    );
    socket.end(body);
  }
}

function upgraded(key: string): string {
  const accept = createHash('sha1').update(key + GUID).digest('base64'); // prettier-ignore
  return `HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-accept: ${accept}\r\n\r\n`;
}

const [TEXT, BINARY] = [0x81, 0x82];

/** A message as a server sends it: not masked. */
export function serverMessage(payload: string | Buffer): Buffer {
  const bytes = Buffer.from(payload as string);
  const kind = typeof payload === 'string' ? TEXT : BINARY;
  const head = bytes.length < 126 ? [kind, bytes.length] : [kind, 126, bytes.length >> 8, bytes.length & 0xff];
  return Buffer.concat([Buffer.from(head), bytes]);
}
