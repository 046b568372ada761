import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import { type AddressInfo, createServer as createWire, type Socket } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { Duplex } from 'node:stream';
import type { Clock } from '@app/kernel';
import { type WebSocket, WebSocketServer } from 'ws';
import { z } from 'zod';
import { anyJson } from './any-json.js';
import { AnthropicDouble } from './doubles/anthropic/anthropic.double.js';
import { AuraSocket, readSpeak } from './doubles/deepgram/aura.double.js';
import { admitToEar } from './doubles/ears.js';
import { ElevenLabsDouble } from './doubles/elevenlabs/elevenlabs-stream.double.js';
import { ElevenLabsSocket } from './doubles/elevenlabs/elevenlabs.double.js';
import { fault } from './doubles/faults.js';
import { GeminiDouble } from './doubles/gemini/gemini.double.js';
import { GoogleDouble } from './doubles/google/google.double.js';
import { OpenAiDouble } from './doubles/openai/openai.double.js';
import { RealtimeDouble } from './doubles/openai/realtime/realtime.double.js';
import type { EarParts } from './doubles/open-ear.js';
import { outage, Outages } from './doubles/outages.js';
import type { SpeechEngine } from './engines/speech-engine.js';
import { type PlayedRingover, playRingover, takeRingover } from './ringover/rest/ringover-server.js';

export interface ServeParts extends EarParts {
  clock: Clock;
  engine: SpeechEngine;
}

const MOST_MESSAGE_BYTES = 1_000_000;
const VENDOR = /^\/([a-z]+)(\/.*)$/;
const SPEAK = /^\/v1\/text-to-speech\/([^/]+)\/multi-stream-input$/;
const CALL = /^\/lab\/calls\/([\w-]+)(\/script)?$/;
const place = z.number().min(0).optional();
const line = z.strictObject({ text: z.string(), startMs: place, lengthMs: place });
const script = z.union([
  z.strictObject({ lines: z.array(line).max(200) }),
  z
    .strictObject({ sentences: z.array(z.string()).max(200) })
    .transform(({ sentences }) => ({ lines: sentences.map((text) => ({ text })) })),
]);

/** What a vendor answers to requests, behind its own paths. */
interface VendorDouble {
  take(request: IncomingMessage, response: ServerResponse, path: string): Promise<void>;
}

/** All doubles behind one port of this machine, each under its vendor's name, and the lab's own questions. */
export class DoublesServer {
  readonly #server: Server;
  readonly #sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false, maxPayload: MOST_MESSAGE_BYTES });
  readonly #openai: OpenAiDouble;
  readonly #google: GoogleDouble;
  readonly #realtime: RealtimeDouble;
  readonly #wires = createWire((wire) => this.#meet(wire));
  readonly #vendors: ReadonlyMap<string, VendorDouble>;
  readonly #outages: Outages;
  /** Its REST interface; calls that are dialled over it are played without sound and without webhooks. */
  readonly ringover: PlayedRingover;

  constructor(private readonly parts: ServeParts) {
    this.#openai = new OpenAiDouble(parts);
    this.#google = new GoogleDouble(parts);
    this.#realtime = new RealtimeDouble(parts);
    this.ringover = playRingover(parts.clock);
    this.#outages = new Outages(parts.clock);
    this.#vendors = new Map<string, VendorDouble>([
      ['openai', this.#openai],
      ['anthropic', new AnthropicDouble(parts)],
      ['gemini', new GeminiDouble(parts)],
      ['elevenlabs', new ElevenLabsDouble(parts)],
    ]);
    this.#server = createServer((request, response) => {
      if (this.#outages.meets(request.url ?? '/', response)) return;
      this.#answer(request, response).catch(() => response.destroy()); // a body that broke off
    });
    this.#server.on('upgrade', (request, socket, head) => {
      if (!this.#outages.meets(request.url ?? '/', socket)) this.#upgrade(request, socket, head);
    });
  }

  /** @returns its address */
  async listen(port: number): Promise<string> {
    await new Promise<void>((resolve, reject) => {
      this.#wires.once('error', reject);
      this.#wires.listen(port, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#wires.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#outages.clear();
    for (const socket of this.#sockets.clients) socket.terminate();
    this.#server.closeAllConnections();
    this.#openai.close();
    this.#google.close();
    this.#realtime.close();
    await new Promise((resolve) => this.#wires.close(resolve));
  }

  /** HTTP/2 is gRPC, and says so with its first word; all else is HTTP/1.1. */
  #meet(wire: Socket): void {
    wire.on('error', () => wire.destroy());
    wire.once('readable', () => {
      const first = wire.read() as Buffer | null;
      if (!first) return;
      wire.unshift(first);
      if (first.toString('latin1').startsWith('PRI ')) this.#google.connect(wire);
      else this.#server.emit('connection', wire);
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (takeRingover(request, response, this.ringover)) return;
    const { pathname } = new URL(request.url ?? '/', 'http://lab');
    const [, vendor = '', path = ''] = VENDOR.exec(pathname) ?? [];
    const double = this.#vendors.get(vendor);
    if (double) return double.take(request, response, path);
    if (pathname === '/lab/faults') return this.#takeFault(request, response);
    if (pathname === '/lab/outages') return this.#takeOutage(request, response);
    const [, callId, asksScript] = CALL.exec(pathname) ?? [];
    if (callId === undefined) return tell(response, 404, { error: `there is nothing at ${pathname}` });
    if (asksScript) return this.#takeScript(callId, request, response);
    if (request.method === 'DELETE') {
      this.parts.evidence.forget(callId);
      return tell(response, 200, {});
    }
    const evidence = this.parts.evidence.of(callId);
    return evidence
      ? tell(response, 200, evidence)
      : tell(response, 404, { error: 'no double has heard of this call' });
  }

  async #takeScript(callId: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const read = script.safeParse(anyJson(await textOf(request)));
    if (request.method !== 'PUT' || !read.success) return tell(response, 400, { error: 'PUT {"sentences": ["…"]}' });
    this.parts.evidence.takeScript(callId, read.data);
    tell(response, 200, {});
  }

  async #takeFault(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'DELETE') {
      this.parts.faults.clear();
      return tell(response, 200, {});
    }
    const read = fault.safeParse(anyJson(await textOf(request)));
    if (request.method !== 'POST' || !read.success) return tell(response, 400, { error: 'POST {"double","kind"}' });
    this.parts.faults.add(read.data);
    tell(response, 200, {});
  }

  async #takeOutage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'DELETE') {
      this.#outages.clear();
      return tell(response, 200, {});
    }
    const read = outage.safeParse(anyJson(await textOf(request)));
    if (request.method !== 'POST' || !read.success)
      return tell(response, 400, { error: 'POST {"path","kind","forMs"}' });
    this.#outages.begin(read.data);
    tell(response, 200, {});
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { pathname, searchParams: query } = new URL(request.url ?? '/', 'http://lab');
    const accept = (serve: (socket: WebSocket) => void) => this.#sockets.handleUpgrade(request, socket, head, serve);
    const admission = this.#realtime.admit(request) ?? admitToEar(request, this.parts);
    if (admission)
      return 'serve' in admission ? accept(admission.serve) : refuse(socket, admission.status, admission.body);
    if (pathname === '/deepgram/v1/speak') {
      const asked = readSpeak(request.headers.authorization, query);
      if ('status' in asked) return refuse(socket, asked.status, asked.body);
      const fault = this.parts.faults.take('voice', asked.tag, ({ kind }) => kind === 'status');
      if (fault) return refuse(socket, fault.status);
      return accept((opened) => new AuraSocket(opened, this.parts, asked));
    }
    const [, voiceId] = SPEAK.exec(pathname.replace(/^\/elevenlabs/, '')) ?? [];
    if (!pathname.startsWith('/elevenlabs/') || voiceId === undefined) return refuse(socket, 404);
    const fault = this.parts.faults.take('voice', '', ({ kind }) => kind === 'status');
    if (fault) return refuse(socket, fault.status);
    const authorized = Boolean(request.headers['xi-api-key']);
    accept((opened) => ElevenLabsSocket.serve(opened, this.parts, { voiceId, query, authorized }));
  }
}

function refuse(socket: Duplex, status: number, body: object = {}): void {
  const json = JSON.stringify(body);
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Refused'}\r\nconnection: close\r\n` +
      `content-type: application/json\r\ncontent-length: ${Buffer.byteLength(json)}\r\n\r\n${json}`,
  );
}

function tell(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}
