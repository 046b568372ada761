import type { Fault } from '@app/conversation/testing';
import { once } from 'node:events';
import { createServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';

/** Lets a test wait for what the far end saw. */
export class Sightings {
  readonly #waiting = new Set<() => void>();

  /** Something was seen. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = () => {
        if (!isSo()) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** A vendor's HTTP server on this machine, whose sockets a test plays. */
export class FarServer {
  readonly seen = new Sightings();
  readonly http = createServer();
  /** What was asked for by upgrades, in order, also by those that were refused. */
  readonly upgrades: IncomingMessage[] = [];
  readonly sockets: WebSocket[] = [];
  /** While it is pending, no upgrade is answered. */
  gate: Promise<void> = Promise.resolve();
  readonly #faults: Fault[] = [];
  readonly #wires = new Set<Socket>();

  /** @param meet called with each socket, before anything comes on it */
  static async open(meet: (socket: WebSocket) => void = () => {}, autoPong = true): Promise<FarServer> {
    const server = new FarServer();
    const upgrader = new WebSocketServer({ noServer: true, autoPong });
    server.http.on('connection', (wire) => {
      server.#wires.add(wire);
      wire.on('close', () => server.#wires.delete(wire));
    });
    server.http.on('upgrade', (request, wire: Socket, head) => {
      server.upgrades.push(request);
      server.seen.changed();
      const fault = server.#faults.shift();
      if (fault) return refuse(wire, fault);
      const take = (socket: WebSocket) => {
        server.sockets.push(socket);
        socket.on('error', () => {});
        socket.on('close', () => server.seen.changed());
        meet(socket);
        server.seen.changed();
      };
      void server.gate.then(() => upgrader.handleUpgrade(request, wire, head, take));
    });
    server.http.listen(0, '127.0.0.1');
    await once(server.http, 'listening');
    return server;
  }

  /** With a path, as installations have that stand behind a prefix. */
  get url(): string {
    return `ws://127.0.0.1:${(this.http.address() as AddressInfo | null)?.port ?? 1}/far`;
  }

  /** The next upgrade meets it. */
  async refuseNext(fault: Fault): Promise<void> {
    if (fault === 'no-listener') await this.close();
    else this.#faults.push(fault);
  }

  async close(): Promise<void> {
    const closed = once(this.http, 'close');
    if (!this.http.listening) return;
    this.http.close();
    for (const wire of this.#wires) wire.destroy();
    await closed;
  }
}

function refuse(wire: Socket, fault: Fault): void {
  wire.on('error', () => {});
  if (fault === 'half-open') return;
  const status = Number(fault.replace('status-', ''));
  wire.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
}

/** What goes wrong on an open socket. */
export function spoil(socket: WebSocket | undefined, fault: Fault, oversizeBytes: number): void {
  if (fault === 'cut') socket?.terminate();
  if (fault === 'silent') socket?.pause(); // pings are not answered either
  if (fault === 'malformed') socket?.send('<html>Bad gateway</html>');
  if (fault === 'oversize') socket?.send(JSON.stringify({ type: 'Metadata', padding: ' '.repeat(oversizeBytes) }));
}
