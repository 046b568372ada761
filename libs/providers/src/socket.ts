import { ProviderError, type ProviderFailure } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';
import { type ClientOptions, type RawData, WebSocket } from 'ws';
import { Deadline } from './deadline.js';

const CLOSE_TIMEOUT_MS = 1_000;

export interface Dial {
  /** `vendor/model`, for errors. */
  provider: string;
  url: URL;
  headers: Readonly<Record<string, string>>;
  /** From here to the end of the handshake. */
  connectMs: number;
  /** See `ProviderTimeouts`. */
  pingMs: number;
  maxMessageBytes: number;
  clock: Clock;
  /** Gives up dialling; an open socket does not look at it. */
  signal: AbortSignal;
}

/** What a socket tells. Neither may be told after `lost`, or after we closed it. */
export interface SocketListener {
  /** One message. What this throws ends the socket, and is told to `lost`. */
  message(text: string): void;
  /** One message of bytes, which may not be kept. Where it is missing, such a message is unreadable. */
  bytes?(data: Uint8Array): void;
  /** The socket ended, and not by us. A ProviderError, or what `message` threw. */
  lost(error: unknown): void;
}

/**
 * Opens a vendor's WebSocket. The one place that knows how `ws` says that something went wrong.
 *
 * @throws ProviderError when it cannot be opened in time; the signal's reason when aborted before
 */
export function openSocket(dial: Dial, listener: SocketListener): Promise<ProviderSocket> {
  return new Promise((resolve, reject) => {
    dial.signal.throwIfAborted();
    const socket = connect(dial);
    const deadline = new Deadline(dial.clock, () => fail(new ProviderError(dial.provider, 'timed-out')));
    const abort = () => fail(dial.signal.reason as Error);
    const fail = (error: Error) => {
      settled();
      reject(error);
      socket.terminate();
    };
    const settled = () => {
      deadline.met();
      dial.signal.removeEventListener('abort', abort);
    };
    dial.signal.addEventListener('abort', abort, { once: true });
    deadline.within(dial.connectMs);
    socket.on('error', (cause) => fail(lossOf(dial.provider, cause)));
    socket.once('unexpected-response', (_request, { statusCode }) =>
      fail(ProviderError.fromStatus(dial.provider, statusCode ?? 500)),
    );
    socket.once('open', () => {
      settled();
      resolve(new ProviderSocket(socket, dial, listener)); // listens before the first message can come
    });
  });
}

function connect({ provider, url, headers, maxMessageBytes }: Dial): WebSocket {
  const options: ClientOptions & { closeTimeout: number } = {
    headers: { ...headers },
    perMessageDeflate: false,
    maxPayload: maxMessageBytes,
    closeTimeout: CLOSE_TIMEOUT_MS,
  };
  try {
    return new WebSocket(url, options);
  } catch {
    throw new ProviderError(provider, 'refused'); // a URL or a key that HTTP cannot express; the cause would hold it
  }
}

/** An open socket. It ends once: by `close`, or by being lost. */
export class ProviderSocket {
  #over = false;
  #alive = true;
  readonly #nextPing: Deadline;

  constructor(
    private readonly socket: WebSocket,
    private readonly dial: Dial,
    private readonly listener: SocketListener,
  ) {
    this.#nextPing = new Deadline(dial.clock, () => this.#ping());
    socket.removeAllListeners('error');
    socket.on('error', (cause) => this.#lose(lossOf(dial.provider, cause)));
    socket.on('close', (code) => this.#lose(closeOf(dial.provider, code)));
    socket.on('pong', () => (this.#alive = true));
    socket.on('message', (data, isBinary) => this.#read(data, isBinary));
    if (dial.pingMs > 0) this.#nextPing.within(dial.pingMs);
  }

  /** Text, or bytes; copied. After the end: nothing. */
  send(data: string | NodeJS.ArrayBufferView): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(data);
  }

  /** It ended, or is about to, by whichever side. */
  get over(): boolean {
    return this.#over || this.socket.readyState !== WebSocket.OPEN;
  }

  /** What was sent and has not left this process. */
  get waitingBytes(): number {
    return this.socket.bufferedAmount;
  }

  /** Says goodbye and ends it; nothing is told any more. Twice is once. */
  close(farewell?: string): void {
    if (this.#over) return;
    if (farewell !== undefined) this.send(farewell);
    this.#end();
    this.socket.close(1_000);
  }

  /** Ends it from our side because of what the far end did, and tells `lost`. */
  abandon(error: ProviderError): void {
    this.#lose(error);
  }

  #read(data: RawData, isBinary: boolean): void {
    if (this.#over) return;
    this.#alive = true;
    try {
      if (!isBinary) this.listener.message((data as Buffer).toString());
      else if (this.listener.bytes) this.listener.bytes(data as Buffer);
      else throw new ProviderError(this.dial.provider, 'unreadable');
    } catch (error) {
      this.#lose(error);
    }
  }

  #ping(): void {
    if (!this.#alive) return this.#lose(new ProviderError(this.dial.provider, 'timed-out'));
    this.#alive = false;
    this.socket.ping();
    this.#nextPing.within(this.dial.pingMs);
  }

  #lose(error: unknown): void {
    if (this.#over) return;
    this.#end();
    this.socket.terminate();
    this.listener.lost(error);
  }

  #end(): void {
    this.#over = true;
    this.#nextPing.met();
  }
}

/** `ws` and Node's HTTP parser name what breaks the protocol; everything else is the network. */
function lossOf(provider: string, cause: Error): ProviderError {
  const code = 'code' in cause ? String(cause.code) : '';
  return new ProviderError(provider, /^(WS_ERR|HPE)_/.test(code) ? 'unreadable' : 'unreachable', { cause });
}

/** Close codes: RFC 6455 §7.4.1, and 1012 to 1014 of IANA's registry. */
function closeOf(provider: string, code: number): ProviderError {
  const meaning: Partial<Record<number, ProviderFailure>> = {
    1002: 'refused',
    1003: 'refused',
    1007: 'refused',
    1008: 'refused',
    1009: 'refused',
    1013: 'overloaded',
  };
  return new ProviderError(provider, meaning[code] ?? 'unreachable', { cause: new Error(`closed with ${code}`) });
}
