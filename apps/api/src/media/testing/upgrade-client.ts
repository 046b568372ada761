import { once } from 'node:events';
import { connect } from 'node:net';
import { type ClientOptions, WebSocket } from 'ws';

const OPENED = 101;

/** Tries to open a socket: it, or the status with which it was refused. */
export async function dial(url: string, options: ClientOptions = {}): Promise<{ status: number; socket: WebSocket }> {
  const socket = new WebSocket(url, options);
  socket.on('error', () => {}); // a refusal
  const status = await new Promise<number>((resolve) => {
    socket.once('open', () => resolve(OPENED));
    socket.once('unexpected-response', (request, response) => {
      request.destroy();
      resolve(response.statusCode ?? 0);
    });
  });
  return { status, socket };
}

export const closeCode = async (socket: WebSocket): Promise<number> => ((await once(socket, 'close')) as [number])[0];

/** Resolves when all that was sent from here so far has been taken at the other end. */
export async function settled(socket: WebSocket): Promise<void> {
  const answered = once(socket, 'pong');
  socket.ping();
  await answered;
}

/** Sends bytes as they are, and gives back all that was answered until the other side closes. */
export async function speakRaw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const answer: Buffer[] = [];
  socket.on('data', (data: Buffer) => answer.push(data));
  socket.write(bytes);
  await once(socket, 'close');
  return Buffer.concat(answer).toString('latin1');
}
