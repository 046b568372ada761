import type { SampleRateHz } from '@app/audio';
import type { Fault, VoicePlay } from '@app/conversation/testing';
import type { Clock } from '@app/kernel';
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { farSound } from './far-elevenlabs.js';
import { FarServer } from './far-server.js';

const PORTION_BYTES = 1_601; // cuts samples in two
const OVERSIZE_BYTES = 9_000_000;
const OPENAI_RATE_HZ = 24_000;

/** A vendor's end of one request a piece: OpenAI's `/audio/speech`, ElevenLabs' `/stream`. */
export class FarHttpVoice {
  readonly asked: { path: string; headers: IncomingMessage['headers']; body: Record<string, unknown> }[] = [];
  /** Requests whose connection ended before the answer did. */
  givenUp = 0;
  readonly #plays: VoicePlay[] = [];
  #closing: Promise<void> | undefined;

  private constructor(
    readonly server: FarServer,
    private readonly clock: Clock,
    private readonly everyMs: number,
  ) {
    server.http.on('request', (request, response) => void this.#answer(request, response));
  }

  static async open(clock: Clock, everyMs = 0): Promise<FarHttpVoice> {
    return new FarHttpVoice(await FarServer.open(), clock, everyMs);
  }

  get url(): string {
    return this.server.url.replace('ws:', 'http:');
  }

  play(play: VoicePlay): void {
    if (play.then === 'no-listener') this.#closing = this.server.close();
    else this.#plays.push(play);
  }

  async requests(count: number): Promise<void> {
    await this.#closing;
    if (this.server.http.listening) await this.server.seen.until(() => this.asked.length >= count);
  }

  close(): Promise<void> {
    return this.server.close();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const bytes of request) parts.push(bytes as Buffer);
    response.on('close', () => {
      if (!response.writableFinished) this.givenUp += 1;
      this.server.seen.changed();
    });
    const body = JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>;
    this.asked.push({ path: request.url ?? '', headers: request.headers, body });
    this.server.seen.changed();
    const rateHz = Number(/pcm_(\d+)/.exec(request.url ?? '')?.[1] ?? OPENAI_RATE_HZ) as SampleRateHz;
    await this.#speak(response, String(body['input'] ?? body['text']), rateHz);
  }

  async #speak(response: ServerResponse, text: string, rateHz: SampleRateHz): Promise<void> {
    const play = this.#plays.shift();
    const { portions = 0, then } = play ?? {};
    if (then === 'half-open') return;
    if (then?.startsWith('status-')) return refuse(response, Number(then.replace('status-', '')));
    if (then && portions === 0) return begin(response, then);
    response.writeHead(200, { 'content-type': 'audio/pcm' });
    response.flushHeaders();
    const sound = Buffer.from(farSound(text, rateHz).buffer);
    const starts = Array.from({ length: Math.ceil(sound.length / PORTION_BYTES) }, (_, n) => n * PORTION_BYTES);
    for (const from of starts.slice(0, then ? portions : undefined)) {
      if (from > 0 && this.everyMs > 0) await this.clock.sleep(this.everyMs);
      response.write(sound.subarray(from, from + PORTION_BYTES));
      await new Promise<void>((resolve) => setImmediate(resolve)); // pieces speak between each other
    }
    if (!then) return void response.end();
    await this.clock.sleep(1); // until the sound was read: `fetch` drops what a break finds unread
    await spoil(response, then);
  }
}

/** Nothing of the sound comes. */
function begin(response: ServerResponse, fault: Fault): void {
  if (fault === 'cut') return void response.destroy();
  response.writeHead(200, { 'content-type': fault === 'malformed' ? 'text/html' : 'audio/pcm' });
  response.flushHeaders();
  void spoil(response, fault);
}

async function spoil(response: ServerResponse, fault: Fault): Promise<void> {
  if (fault === 'cut') response.destroy();
  if (fault === 'malformed') response.socket?.write('<html>Bad gateway</html>\r\n');
  if (fault !== 'oversize') return;
  if (!response.write(Buffer.alloc(OVERSIZE_BYTES)))
    await Promise.race([once(response, 'drain'), once(response, 'close')]);
}

/** In words that quote what was to be said. */
function refuse(response: ServerResponse, status: number): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ error: { message: 'You said: Zoë' }, detail: { message: 'You said: Zoë' } }));
}
