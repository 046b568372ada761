import type { ModelFunctionCall } from '@app/conversation/ports';
import type { ModelPlay } from '@app/conversation/testing';
import type { Clock } from '@app/kernel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { FarServer } from './far-server.js';

const OVERSIZE_BYTES = 4_100_000;
const FINISH_REASONS = { stop: 'stop', functions: 'tool_calls', length: 'length', refused: 'content_filter' };

/** In the place of an event: the answer stays open. */
export const HOLD = 'hold';

export interface AskedOfModel {
  path: string;
  headers: IncomingMessage['headers'];
  body: Record<string, unknown>;
}

/** OpenAI's end of `/chat/completions`, streamed, in the chunks of its documentation. */
export class FarOpenAi {
  readonly asked: AskedOfModel[] = [];
  /** Requests whose connection ended before the answer did. */
  givenUp = 0;
  /** TCP connections that carried requests. */
  connections = 0;
  readonly #plays: ModelPlay[] = [];
  readonly #events: string[][] = [];

  private constructor(
    readonly server: FarServer,
    private readonly clock: Clock,
  ) {}

  static async open(clock: Clock): Promise<FarOpenAi> {
    const far = new FarOpenAi(await FarServer.open(), clock);
    far.server.http.on('connection', () => (far.connections += 1));
    far.server.http.on('request', (request, response) => void far.#answer(request, response));
    return far;
  }

  get url(): string {
    return `${this.server.url.replace('ws:', 'http:')}/v1`;
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
    for (const event of events) if (event !== HOLD) response.write(`data: ${event}\n\n`);
    if (!events.includes(HOLD)) response.end();
  }

  async #play(response: ServerResponse, { text = [], everyMs = 0, bytewise, calls = [], reason, then }: ModelPlay) {
    if (then?.startsWith('status-')) return refuse(response, Number(then.replace('status-', '')));
    if (then === 'half-open') return;
    if (then === 'cut' && text.length === 0) return void response.destroy();
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.flushHeaders();
    await send(response, chunk({ role: 'assistant', content: '' }), bytewise);
    for (const [n, content] of text.entries()) {
      if (n > 0) await this.clock.sleep(everyMs);
      await send(response, chunk({ content }), bytewise);
    }
    if (then === 'cut') await this.clock.sleep(1); // until the tokens were read: `fetch` drops what a break finds unread
    if (then === 'cut') response.destroy();
    if (then === 'malformed') response.write('data: {"choices":[{"delta":{"content":"oops\n\n');
    if (then === 'oversize') response.write(`data: ${' '.repeat(OVERSIZE_BYTES)}`);
    if (then) return;
    for (const delta of callDeltas(calls)) await send(response, chunk(delta), bytewise);
    await send(response, chunk({}, FINISH_REASONS[reason ?? (calls.length > 0 ? 'functions' : 'stop')]), bytewise);
    await send(response, usage(), bytewise);
    response.end('data: [DONE]\n\n');
  }
}

const chunk = (delta: Record<string, unknown>, finish: string | null = null): string =>
  JSON.stringify({ id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] });

const usage = (): string =>
  JSON.stringify({
    choices: [],
    usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25, prompt_tokens_details: { cached_tokens: 12 } },
  });

/** As they come: id and name first and once, arguments in fragments, those of several calls between each other. */
function callDeltas(calls: readonly ModelFunctionCall[]): Record<string, unknown>[] {
  const fragment = (index: number, part: Record<string, unknown>) => ({ tool_calls: [{ index, ...part }] });
  const begin = calls.map(({ id, name }, index) =>
    fragment(index, { id, type: 'function', function: { name, arguments: '' } }),
  );
  const half = ({ argumentsJson }: ModelFunctionCall) => Math.ceil(argumentsJson.length / 2);
  const fronts = calls.map((call, n) =>
    fragment(n, { function: { arguments: call.argumentsJson.slice(0, half(call)) } }),
  );
  const backs = calls.map((call, n) => fragment(n, { function: { arguments: call.argumentsJson.slice(half(call)) } }));
  return [...begin, ...fronts, ...backs];
}

async function send(response: ServerResponse, event: string, bytewise = false): Promise<void> {
  const bytes = Buffer.from(`data: ${event}\n\n`);
  if (!bytewise) return void response.write(bytes);
  for (const byte of bytes) {
    response.write(Buffer.of(byte));
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
}

function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1' });
  response.end(
    JSON.stringify({ error: { message: 'You said: my name is Zoë', type: 'some_error', code: 'some_code' } }),
  );
}
