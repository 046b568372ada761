import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';

/** Both ends of a WebSocket without a network under it: `ours` is real, the far end is bytes. */
export interface MemorySocket {
  ours: WebSocket;
  /** These bytes arrive, at once. */
  arrive(bytes: Buffer): void;
}

/** All of `ws`, as a gateway gets it, and nothing of the kernel: what is written is dropped. */
export async function openMemorySocket(): Promise<MemorySocket> {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: 1_048_576 });
  const stream = new Duplex({ read: () => undefined, write: (_bytes, _encoding, done) => done() });
  const headers = {
    upgrade: 'websocket',
    connection: 'Upgrade',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  };
  const ask = { method: 'GET', url: '/', headers } as unknown as IncomingMessage;
  const ours = await new Promise<WebSocket>((resolve) =>
    server.handleUpgrade(ask, stream, Buffer.alloc(0), (socket) => resolve(socket)),
  );
  await new Promise((resolve) => setImmediate(resolve)); // the stream begins to flow
  return { ours, arrive: (bytes) => void stream.push(bytes) };
}

/** A binary message as a client sends it: masked (RFC 6455 §5.2), of 126 to 65,535 bytes. */
export function maskedMessage(payload: Uint8Array): Buffer {
  const head = Buffer.from([0x82, 0x80 | 126, payload.length >> 8, payload.length & 0xff, 1, 2, 3, 4]);
  return Buffer.concat([head, payload.map((byte, n) => byte ^ ((n % 4) + 1))]);
}
