import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';

interface Hook {
  path: string;
  signature: string | undefined;
  body: string;
}

/** As much of an api as a carrier and an operator see: it keeps the webhooks, and lets a test answer all else. */
export class TinyApi {
  readonly hooks: Hook[] = [];
  readonly texts: string[] = [];
  readonly frames: Buffer[] = [];
  statuses: number[] = [];
  streamPath: string | undefined;
  /** What it answers to GET, by path and query; 404 to all others. */
  answers: (path: string) => unknown = () => undefined;
  onStream: (socket: WebSocket) => void = () => undefined;
  onFrame: (socket: WebSocket, count: number) => void = () => undefined;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor() {
    this.#http = createServer((request, response) => {
      if (request.method === 'GET') return void this.#answer(request, response);
      void this.#hook(request).then(() => response.writeHead(this.statuses.shift() ?? 204).end());
    });
    this.#http.on('upgrade', (request, socket, head) => {
      this.streamPath = request.url;
      this.#sockets.handleUpgrade(request, socket, head, (stream) => this.#serve(stream));
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#http.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#http.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#http.closeAllConnections();
    await new Promise((resolve) => this.#http.close(resolve));
  }

  get events(): string[] {
    return this.hooks.map(({ body }) => (JSON.parse(body) as { event: string }).event);
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    const answer = this.answers(request.url ?? '');
    if (answer === undefined) return void response.writeHead(404).end();
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }

  async #hook(request: IncomingMessage): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const signature = request.headers['x-ringover-webhook-signature'] as string | undefined;
    this.hooks.push({ path: request.url ?? '', signature, body: Buffer.concat(chunks).toString() });
  }

  #serve(stream: WebSocket): void {
    this.onStream(stream);
    stream.on('message', (data: RawData, isBinary) => {
      if (!isBinary) return void this.texts.push((data as Buffer).toString());
      this.frames.push(data as Buffer);
      this.onFrame(stream, this.frames.length);
    });
  }
}
