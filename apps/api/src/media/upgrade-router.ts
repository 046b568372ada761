import type { IncomingHttpHeaders, IncomingMessage, Server } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { OperationalError } from '@app/kernel';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Clock, Logger } from '../process-parts.js';
import { type PathPattern, pathPattern } from './path-pattern.js';

/** What is known of a socket before it is accepted. */
export interface UpgradeAsk {
  /** The parts of the path that the door names, decoded. */
  params: Readonly<Record<string, string>>;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
}

/** 401: who is there? 403: not for you. 404: there is nothing here for you. 503: not now. */
export type Refusal = 401 | 403 | 404 | 503;
export type Admission<Guest> = { admitted: Guest } | { refused: Refusal };

/** A path at which sockets are taken. */
export interface SocketDoor<Guest = unknown> {
  /** `/media/ringover/:token`: exact, but for the parts that begin with a colon. */
  path: string;
  /** Decides before the socket is accepted. An OperationalError is answered with 503. */
  admit(ask: UpgradeAsk): Promise<Admission<Guest>>;
  /** Told in the same turn in which the socket opens, so that nothing it says is lost. Must not throw. */
  arrive(socket: WebSocket, guest: Guest, ask: UpgradeAsk): void;
}

/** A message of more than a minute of sound is not sound. */
const MAX_MESSAGE_BYTES = 1_048_576;
/** Sockets that may wait to be admitted at once; a further one is told to come back. */
const MAX_WAITING = 64;
/** The longest that one waits: carriers give up after a few seconds. */
const ADMIT_WITHIN_MS = 2_000;
/** How long sockets may take to answer our goodbye. */
const CLOSE_WITHIN_MS = 2_000;
const GOING_AWAY = 1_001;

interface OpenDoor {
  door: SocketDoor;
  pattern: PathPattern;
}

/** Takes the upgrades of one HTTP server: asks first, accepts then, and refuses what no door knows. */
export class UpgradeRouter {
  readonly #doors: OpenDoor[] = [];
  // A name in Latin-1 inside a text message must not end a call, so texts are not validated.
  readonly #sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: MAX_MESSAGE_BYTES,
    skipUTF8Validation: true,
  });
  #waiting = 0;
  #closing: Promise<void> | undefined;

  constructor(
    server: Server,
    private readonly clock: Clock,
    private readonly log: Logger,
  ) {
    server.on('upgrade', (request, socket, head) => this.#take(request, socket, head));
    // With a listener Node would take every upgrade from the routes, also HTTP/2's, which may be ignored.
    Object.assign(server, { shouldUpgradeCallback: isWebSocket });
  }

  open<Guest>(door: SocketDoor<Guest>): void {
    this.#doors.push({ door: door as SocketDoor, pattern: pathPattern(door.path) });
  }

  /** Refuses from now on, tells every socket 1001, and resolves when they are gone; in two seconds at most. Twice is once. */
  close(): Promise<void> {
    this.#closing ??= this.#sayGoodbye();
    return this.#closing;
  }

  #take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', ignore); // without a listener, a peer that resets now would end the process
    const [path = '', search = ''] = splitOnce(request.url ?? '', '?');
    const found = this.#find(path);
    if (!found) return refuse(socket, 404);
    if (this.#closing || this.#waiting >= MAX_WAITING) return refuse(socket, 503);
    const ask = { params: found.params, query: new URLSearchParams(search), headers: request.headers };
    this.#waiting += 1;
    void this.#admit(found.door, ask).then((admission) => {
      this.#waiting -= 1;
      if ('refused' in admission) return refuse(socket, admission.refused);
      if (this.#closing) return refuse(socket, 503);
      socket.off('error', ignore);
      this.#sockets.handleUpgrade(request, socket, head, (opened) => {
        opened.on('error', ignore); // likewise; whoever owns the socket learns of it by its close
        found.door.arrive(opened, admission.admitted, ask);
      });
    });
  }

  #find(path: string): { door: SocketDoor; params: Readonly<Record<string, string>> } | undefined {
    for (const { door, pattern } of this.#doors) {
      const params = pattern(path);
      if (params) return { door, params };
    }
    return undefined;
  }

  /** Never rejects. */
  async #admit(door: SocketDoor, ask: UpgradeAsk): Promise<Admission<unknown>> {
    const decided = new AbortController();
    const late = this.clock.sleep(ADMIT_WITHIN_MS, decided.signal).then(
      () => ({ refused: 503 }) as const,
      () => ({ refused: 503 }) as const,
    );
    try {
      return await Promise.race([door.admit(ask), late]);
    } catch (error) {
      const level = error instanceof OperationalError ? 'warn' : 'error';
      this.log[level]({ error, door: door.path }, 'socket could not be admitted');
      return { refused: 503 };
    } finally {
      decided.abort();
    }
  }

  async #sayGoodbye(): Promise<void> {
    const open = [...this.#sockets.clients];
    const gone = open.map((socket) => new Promise<void>((resolve) => void socket.once('close', () => resolve())));
    for (const socket of open) socket.close(GOING_AWAY, 'going away');
    const stopWaiting = this.clock.after(CLOSE_WITHIN_MS, () => open.forEach((socket) => socket.terminate()));
    await Promise.all(gone);
    stopWaiting();
  }
}

const ignore = (): void => {};

const isWebSocket = ({ headers }: IncomingMessage): boolean => headers.upgrade?.toLowerCase() === 'websocket';

function splitOnce(text: string, mark: string): string[] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

/** Answers in HTTP, since the socket never became another, and lets go of it. */
function refuse(socket: Duplex, status: Refusal): void {
  socket.once('finish', () => socket.destroy());
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
}
