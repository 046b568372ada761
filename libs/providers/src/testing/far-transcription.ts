import { parseWav } from '@app/audio';
import type { Fault, SpeechToTextFarEnd } from '@app/conversation/testing';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { FarServer } from './far-server.js';

const OVERSIZE_BYTES = 1_100_000;

export interface AskedTranscription {
  path: string;
  headers: IncomingMessage['headers'];
  fields: Record<string, string[]>;
  samples: Int16Array;
  rateHz: number;
}

/** OpenAI's end of `/audio/transcriptions`. A request waits for what it is answered with. */
export class FarTranscription implements SpeechToTextFarEnd {
  readonly asked: AskedTranscription[] = [];
  /** Requests that were given up by whoever asked. */
  givenUp = 0;
  readonly #held: ServerResponse[] = [];
  readonly #answers: ({ text: string } | { fault: Fault })[] = [];

  private constructor(readonly server: FarServer) {
    server.http.on('request', (request, response) => void this.#take(request, response));
  }

  static async open(): Promise<FarTranscription> {
    return new FarTranscription(await FarServer.open());
  }

  get url(): string {
    return `${this.server.url.replace('ws:', 'http:')}/v1`;
  }

  change(): void {} // it has no guesses
  endSpeech(): void {}
  settle(text: string): void {
    this.#put({ text });
  }
  refuse(fault: Fault): void {
    this.fail(fault);
  }
  fail(fault: Fault): void {
    if (fault === 'no-listener') this.#closed = this.server.close();
    else this.#put({ fault });
  }

  async reached(): Promise<void> {
    await this.#closed;
    if (this.server.http.listening) await this.server.seen.until(() => this.asked.length > 0);
  }
  hears(samples: number): Promise<void> {
    const heard = () => this.asked.reduce((sum, each) => sum + each.samples.length, 0);
    return this.server.seen.until(() => heard() === samples);
  }
  finishes(times: number): Promise<void> {
    for (let n = 0; n < times; n += 1) this.settle('');
    return this.server.seen.until(() => this.asked.length === times);
  }

  #closed: Promise<void> | undefined;

  #put(answer: { text: string } | { fault: Fault }): void {
    this.#answers.push(answer);
    this.#answer();
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const bytes of request) parts.push(bytes as Buffer);
    const body = Buffer.concat(parts);
    const { channels, rateHz } = parseWav(body.subarray(body.indexOf('RIFF')));
    const fields = fieldsOf(body.toString('latin1'));
    this.asked.push({ path: request.url ?? '', headers: request.headers, fields, samples: channels[0] ?? new Int16Array(), rateHz }); // prettier-ignore
    response.on('close', () => {
      if (!response.writableFinished) this.givenUp += 1;
      this.server.seen.changed();
    });
    this.#held.push(response);
    this.#answer();
    this.server.seen.changed();
  }

  #answer(): void {
    while (this.#held.length > 0 && this.#answers.length > 0) {
      const [response, answer] = [this.#held.shift(), this.#answers.shift()];
      if (response && answer) send(response, answer);
    }
  }
}

function send(response: ServerResponse, answer: { text: string } | { fault: Fault }): void {
  const json = (body: string, status = 200) =>
    void response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  if ('text' in answer) return json(JSON.stringify({ text: answer.text, usage: { type: 'duration', seconds: 1 } }));
  const { fault } = answer;
  if (fault === 'half-open' || fault === 'silent') return;
  if (fault === 'cut') return void response.destroy();
  if (fault === 'malformed') return json('<html>Bad gateway</html>');
  if (fault === 'oversize') return json(JSON.stringify({ text: ' '.repeat(OVERSIZE_BYTES) }));
  const status = Number(fault.replace('status-', ''));
  json(JSON.stringify({ error: { message: `You said: my name is Zoë. ${STATUS_CODES[status]}`, type: 't' } }), status);
}

function fieldsOf(body: string): Record<string, string[]> {
  const fields: Record<string, string[]> = {};
  for (const [, name = '', value = ''] of body.matchAll(/name="([^"]+)"\r\n\r\n([^\r]*)\r\n/g))
    (fields[name] ??= []).push(value);
  return fields;
}
