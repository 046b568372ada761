import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/** Two ends of one real connection: ours, as a gateway gets it, and the carrier's. */
export interface SocketPair {
  ours: WebSocket;
  carrier: WebSocket;
  close(): Promise<void>;
}

export async function openSocketPair(options: { maxPayload?: number; autoPong?: boolean } = {}): Promise<SocketPair> {
  const { maxPayload = 1_048_576, autoPong = true } = options;
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0, perMessageDeflate: false, maxPayload });
  await once(server, 'listening');
  const arrived = once(server, 'connection') as Promise<[WebSocket]>;
  const carrier = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`, { autoPong });
  carrier.on('error', () => {}); // a test that breaks the connection looks at its close
  await once(carrier, 'open');
  const [ours] = await arrived;
  const close = async () => {
    for (const socket of [ours, carrier]) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  };
  return { ours, carrier, close };
}

/** Resolves when all that was sent from here so far has been taken at the other end. */
export async function settled(socket: WebSocket): Promise<void> {
  const answered = once(socket, 'pong');
  socket.ping();
  await answered;
}
