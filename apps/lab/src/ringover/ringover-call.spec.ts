import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import {
  type Handset,
  RingoverCall,
  type RingoverCallEnd,
  type RingoverSwitches,
  USUAL_SWITCHES,
} from './ringover-call.js';

interface Hook {
  path: string;
  signature: string | undefined;
  body: string;
}

/** As much of an api as a carrier sees: it keeps the webhooks, and lets a test answer the stream. */
class TinyApi {
  readonly hooks: Hook[] = [];
  readonly texts: string[] = [];
  readonly frames: Buffer[] = [];
  statuses: number[] = [];
  streamPath: string | undefined;
  onStream: (socket: WebSocket) => void = () => undefined;
  onFrame: (socket: WebSocket, count: number) => void = () => undefined;
  readonly #http: Server;
  readonly #sockets = new WebSocketServer({ noServer: true });

  constructor() {
    this.#http = createServer((request, response) => {
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

/** Sends a level that grows by one a frame, and keeps what it hears. */
class CountingHandset implements Handset {
  readonly heard: Int16Array[] = [];
  readonly over: Promise<RingoverCallEnd>;
  #end: (end: RingoverCallEnd) => void = () => undefined;

  constructor(private readonly onFrame: (index: number) => void = () => undefined) {
    this.over = new Promise((resolve) => (this.#end = resolve));
  }

  speak = (index: number): Int16Array => new Int16Array(160).fill(index + 1);

  hear(index: number, samples: Int16Array): void {
    this.heard.push(samples);
    this.onFrame(index);
  }

  ended(end: RingoverCallEnd): void {
    this.#end(end);
  }
}

const streamAudio = (level: number, lengthMs: number) =>
  JSON.stringify({
    type: 'streamAudio',
    data: {
      audioDataType: 'raw',
      sampleRate: 8_000,
      audioData: Buffer.from(new Int16Array(lengthMs * 8).fill(level).buffer).toString('base64'),
    },
  });

describe('a call at the virtual Ringover', () => {
  let api: TinyApi;
  let apiUrl: string;

  beforeEach(async () => {
    api = new TinyApi();
    apiUrl = await api.listen();
  });
  afterEach(() => api.close());

  const callWith = (switches: Partial<RingoverSwitches> = {}) =>
    new RingoverCall({
      route: {
        ...{ apiUrl, webhookToken: 'hook-token', callEventKey: 'key', mediaToken: 'media-token', rateHz: 8_000 },
        ...{ fromNumber: '+33612345678', toNumber: '+33184990011' },
      },
      switches: { ...USUAL_SWITCHES, retryDelaysMs: [10, 10], ...switches },
      carrierDelayMs: 60,
      clock: systemClock,
    });

  it('rings, is answered, streams and hangs up, in that order', async () => {
    const call = callWith();
    const handset = new CountingHandset((index) => index === 4 && call.hangUp());
    await call.begin(handset);
    await expect(handset.over).resolves.toBe('caller-hung-up');
    await call.wentDown();
    expect(api.events).toEqual(['ringing', 'answered', 'hangup']);
    expect(api.hooks.map(({ path }) => path)).toEqual(Array(3).fill('/api/v1/webhooks/ringover/call-event/hook-token'));
    expect(api.hooks.filter(({ signature }) => signature?.split('.').length !== 3)).toEqual([]);
    expect(api.streamPath).toBe('/api/v1/media/ringover/media-token');
  });

  it('sends the metadata first, then a frame of 20 ms at a time', async () => {
    const call = callWith();
    const handset = new CountingHandset((index) => index === 9 && call.hangUp());
    await call.begin(handset);
    await handset.over;
    expect(api.texts).toEqual([
      `{"call_id":${call.facts.callId},"from_number":"33612345678","to_number":"33184990011"}`,
    ]);
    expect(api.frames.map((frame) => [frame.length, frame.readInt16LE(0)])).toEqual(
      Array.from({ length: 10 }, (_, n) => [320, n + 1]),
    );
  });

  it('plays what it is sent after the delay, and drops the rest at a break', async () => {
    const call = callWith();
    const handset = new CountingHandset((index) => index === 24 && call.hangUp());
    api.onStream = (socket) => socket.send(streamAudio(7, 1_000));
    api.onFrame = (socket, count) => count === 10 && socket.send('{"event":"break"}');
    await call.begin(handset);
    await handset.over;
    const [sound, cut] = call.received;
    expect(sound?.playsAtMs).toBeGreaterThanOrEqual(60);
    expect(cut).toMatchObject({ command: { type: 'break' }, droppedMs: expect.any(Number) });
    const heardMs = handset.heard.reduce((sum, frame) => sum + frame.filter((level) => level === 7).length / 8, 0);
    expect(heardMs).toBeCloseTo(1_000 - (cut?.droppedMs ?? 0), 0);
    expect(heardMs).toBeLessThan(400);
  });

  it('tells a hang-up of the agent from its own, and a lost line from both', async () => {
    const handset = new CountingHandset();
    api.onFrame = (socket) => socket.close(1_000);
    await callWith().begin(handset);
    await expect(handset.over).resolves.toBe('agent-closed');
    const other = new CountingHandset();
    api.onFrame = (socket) => socket.terminate();
    await callWith().begin(other);
    await expect(other.over).resolves.toBe('lost');
  });

  it('closes the stream when it is told to transfer', async () => {
    const handset = new CountingHandset();
    api.onFrame = (socket) => socket.send('{"event":"transfer","data":33123456789}');
    const call = callWith();
    await call.begin(handset);
    await expect(handset.over).resolves.toBe('transferred');
    await call.wentDown();
    expect(api.events.at(-1)).toBe('hangup');
  });

  it('tries a webhook again that was not taken, counting the attempts', async () => {
    api.statuses = [500, 503];
    const call = callWith();
    const handset = new CountingHandset(() => call.hangUp());
    await call.begin(handset);
    await handset.over;
    await call.wentDown();
    const bodies = api.hooks.map(
      ({ body }) => JSON.parse(body) as { event: string; attempt: number; timestamp: number },
    );
    expect(bodies.map(({ event, attempt }) => `${event} ${attempt}`)).toEqual([
      'ringing 1',
      'ringing 2',
      'ringing 3',
      'answered 1',
      'hangup 1',
    ]);
    expect(new Set(bodies.slice(0, 3).map(({ timestamp }) => timestamp)).size).toBe(1);
    expect(call.deliveries.map(({ status }) => status)).toEqual([500, 503, 204, 204, 204]);
  });

  it.each([
    ['answered-first', ['answered', 'ringing', 'hangup']],
    ['all-late', ['ringing', 'answered', 'hangup']],
  ] as const)('delivers out of order when it is %s', async (webhookOrder, events) => {
    const call = callWith({ webhookOrder });
    const handset = new CountingHandset((index) => index === 20 && call.hangUp());
    await call.begin(handset);
    await handset.over;
    await call.wentDown();
    expect(api.events).toEqual(events);
  });

  it('delivers everything twice when it is told to', async () => {
    const call = callWith({ duplicateWebhooks: true, metadata: 'none' });
    const handset = new CountingHandset(() => call.hangUp());
    await call.begin(handset);
    await handset.over;
    await call.wentDown();
    expect(api.events).toEqual(['ringing', 'ringing', 'answered', 'answered', 'hangup', 'hangup']);
    expect(api.texts).toEqual([]);
  });

  it('says that the stream was refused', async () => {
    await api.close();
    await expect(callWith({ retryDelaysMs: [] }).begin(new CountingHandset())).rejects.toThrow(
      'refused the audio stream',
    );
  });
});
