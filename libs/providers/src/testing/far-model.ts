import type { ModelFunctionCall } from '@app/conversation/ports';
import type { ModelPlay } from '@app/conversation/testing';
import type { Clock } from '@app/kernel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FarServer } from './far-server.js';

const OVERSIZE_BYTES = 4_100_000;

/** In the place of an event: the answer stays open. */
export const HOLD = 'hold';

export interface AskedOfModel {
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

/** A vendor's words for one streamed answer: each event is the JSON that it sends. */
export interface FarWire {
  /** Behind the server's address. */
  path: string;
  /** An event as it goes over the wire. */
  frame: (json: string) => string;
  begin: () => readonly string[];
  text: (content: string, index: number) => readonly string[];
  /** @param texts how many pieces of text came before */
  calls: (calls: readonly ModelFunctionCall[], texts: number) => readonly string[];
  end: (reason: NonNullable<ModelPlay['reason']>, texts: number) => readonly string[];
  /** The last bytes of an answer. */
  closing: string;
  /** What is no event of theirs. */
  malformed: string;
  /** The body of a refusal, in which they quote what people said. */
  refusal: (status: number) => unknown;
}

/** A vendor's end of a streamed answer over HTTP, in the chunks of its documentation. */
export class FarModel {
  readonly asked: AskedOfModel[] = [];
  /** Requests whose connection ended before the answer did. */
  givenUp = 0;
  /** TCP connections that carried requests. */
  connections = 0;
  readonly #plays: ModelPlay[] = [];
  readonly #events: string[][] = [];

  protected constructor(
    readonly server: FarServer,
    private readonly clock: Clock,
    private readonly wire: FarWire,
  ) {
    server.http.on('connection', () => (this.connections += 1));
    server.http.on('request', (request, response) => void this.#answer(request, response));
  }

  get url(): string {
    return `${this.server.url.replace('ws:', 'http:')}${this.wire.path}`;
  }

  async play(play: ModelPlay): Promise<void> {
    this.#plays.push(play);
    if (play.then === 'no-listener') await this.server.close();
  }

  /** The next request is answered with just these events. */
  send(...events: string[]): void {
    this.#events.push(events);
  }

  async requests(count: number): Promise<void> {
    if (this.server.http.listening) await this.server.seen.until(() => this.asked.length >= count);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: Buffer[] = [];
    for await (const bytes of request) body.push(bytes as Buffer);
    response.on('close', () => {
      if (!response.writableFinished) this.givenUp += 1;
      this.server.seen.changed();
    });
    const parsed = JSON.parse(Buffer.concat(body).toString()) as Record<string, unknown>;
    this.asked.push({ path: request.url ?? '', headers: request.headers, body: parsed });
    this.server.seen.changed();
    const events = this.#events.shift();
    if (events) return this.#sendAll(response, events);
    await this.#play(response, this.#plays.shift() ?? {});
  }

  #sendAll(response: ServerResponse, events: readonly string[]): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const event of events) if (event !== HOLD) response.write(this.wire.frame(event));
    if (!events.includes(HOLD)) response.end();
  }

  async #play(response: ServerResponse, { text = [], everyMs = 0, bytewise, calls = [], reason, then }: ModelPlay) {
    const { wire } = this;
    if (then?.startsWith('status-')) return this.#refuse(response, Number(then.replace('status-', '')));
    if (then === 'half-open') return;
    if (then === 'cut' && text.length === 0) return void response.destroy();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    const send = async (events: readonly string[]) => {
      for (const event of events) await write(response, wire.frame(event), bytewise);
    };
    await send(wire.begin());
    for (const [n, content] of text.entries()) {
      if (n > 0) await this.clock.sleep(everyMs);
      await send(wire.text(content, n));
    }
    if (then === 'cut') await this.clock.sleep(1); // until the tokens were read: `fetch` drops what a break finds unread
    if (then === 'cut') response.destroy();
    if (then === 'malformed') response.write(wire.malformed);
    if (then === 'oversize') response.write(`data: ${' '.repeat(OVERSIZE_BYTES)}`);
    if (then) return;
    await send(wire.calls(calls, text.length));
    await send(wire.end(reason ?? (calls.length > 0 ? 'functions' : 'stop'), text.length));
    response.end(wire.closing);
  }

  #refuse(response: ServerResponse, status: number): void {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1' });
    response.end(JSON.stringify(this.wire.refusal(status)));
  }
}

async function write(response: ServerResponse, event: string, bytewise = false): Promise<void> {
  const bytes = Buffer.from(event);
  if (!bytewise) return void response.write(bytes);
  for (const byte of bytes) {
    response.write(Buffer.of(byte));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}
