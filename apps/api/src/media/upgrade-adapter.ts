import type { Server } from 'node:http';
import type { INestApplication, Type, WebSocketAdapter } from '@nestjs/common';
import type { WebSocket } from 'ws';
import { CLOCK, type Clock, type Logger, LOGGER } from '../process-parts.js';
import { type SocketDoor, type UpgradeAsk, UpgradeRouter } from './upgrade-router.js';

/** Decides, before a socket is accepted, who comes in; a provider of the gateway's module. */
export type SocketGate<Guest> = Pick<SocketDoor<Guest>, 'admit'>;

/** What `@WebSocketGateway()` must be given; the gateway's `handleConnection` gets socket, guest and ask. */
export interface DoorOptions {
  path: string;
  gate: Type<SocketGate<unknown>>;
}

type Arrival = (socket: WebSocket, guest: unknown, ask: UpgradeAsk) => void;

/** One gateway's door, from its being made to its first guest. */
interface NestDoor {
  arrive: Arrival;
}

/**
 * Lets Nest's gateways take sockets through an `UpgradeRouter`. A gateway gets the socket whole: there are no
 * `@SubscribeMessage` handlers, since Nest's lose binary messages.
 */
export class UpgradeAdapter implements WebSocketAdapter<NestDoor, WebSocket, DoorOptions> {
  readonly #router: UpgradeRouter;

  /** Takes the upgrades of the application's server from now on. */
  constructor(private readonly app: INestApplication) {
    const server = app.getHttpServer() as Server;
    this.#router = new UpgradeRouter(server, app.get<Clock>(CLOCK), app.get<Logger>(LOGGER));
  }

  create(_port: number, { path, gate }: DoorOptions): NestDoor {
    const gatekeeper = this.app.get<SocketGate<unknown>>(gate, { strict: false });
    const door: NestDoor = { arrive: (socket) => socket.terminate() }; // before a gateway is bound to it
    this.#router.open({
      path,
      admit: (ask) => gatekeeper.admit(ask),
      arrive: (socket, guest, ask) => door.arrive(socket, guest, ask),
    });
    return door;
  }

  bindClientConnect(door: NestDoor, arrive: Arrival): void {
    door.arrive = arrive;
  }

  bindClientDisconnect(socket: WebSocket, gone: () => void): void {
    socket.once('close', gone);
  }

  bindMessageHandlers(): void {}

  /** Asked once for each gateway; the first time closes all. */
  close(): Promise<void> {
    return this.#router.close();
  }

  dispose(): Promise<void> {
    return this.#router.close();
  }
}
