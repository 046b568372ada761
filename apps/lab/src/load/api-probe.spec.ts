import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { WebSocketServer } from 'ws';
import type { Centre } from '../call/centre.js';
import { apart, ApiProbe } from './api-probe.js';

const CALL = '0197c0de-0000-7000-8000-000000000001';
const asked: string[] = [];
let server: ReturnType<typeof createServer>;
let centre: Centre;

/** A centre with one call, in which something happens every 10 ms. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const path = `${request.method} ${request.url}`;
  asked.push(path);
  if (path.endsWith('/events/stream')) {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    return tellEvery(response, (item) => response.write(`id: 1\nevent: x\ndata: ${JSON.stringify(item)}\n\n`));
  }
  response.statusCode = request.method === 'POST' ? 202 : 200;
  response.end(JSON.stringify({ calls: [{ id: CALL, carrierCallId: null }] }));
}

function tellEvery(gone: { once(event: 'close', then: () => void): unknown }, tell: (item: object) => void): void {
  const startMs = systemClock.nowMs();
  let next = systemClock.after(10, function again(seq = 1) {
    tell({ callId: CALL, seq, atMs: systemClock.nowMs() - startMs, type: 'event' });
    next = systemClock.after(10, () => again(seq + 1));
  });
  gone.once('close', () => next());
}

beforeEach(async () => {
  asked.length = 0;
  server = createServer(answer);
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => tellEvery(socket, (item) => socket.send(JSON.stringify(item))));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const numbers = [{ e164: '+33184990011', mediaToken: 'm', agent: 'reception' }];
  const ringover = { webhookToken: 'w', callEventKey: 'k', streamRateHz: 8_000 as const };
  centre = { apiUrl, apiKey: 'cn_key', ringover, numbers, lab: null, pid: 1 };
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

describe('a probe of the API', () => {
  it('asks fifty times a second, half of it for lists, orders a call, and hears the feed both ways', async () => {
    const probe = await ApiProbe.open(centre, systemClock);
    await systemClock.sleep(1_000);
    const { callMs, listMs, stalledMs, orderMs, socketMs, streamMs, refused } = await probe.stop();
    expect(callMs.length + listMs.length + stalledMs.length).toBeGreaterThan(25);
    expect(orderMs.length + stalledMs.length).toBeGreaterThan(0);
    expect(asked.filter((path) => path === 'POST /api/v1/calls')).toHaveLength(1);
    const ofOne = asked.filter((path) => path === `GET /api/v1/calls/${CALL}`).length;
    expect(Math.abs(ofOne - asked.filter((path) => path === 'GET /api/v1/calls').length)).toBeLessThanOrEqual(1);
    expect(socketMs.length).toBeGreaterThan(5);
    expect(streamMs.length).toBeGreaterThan(5);
    expect(refused).toEqual({});
  });

  it('tells apart what was asked within a tenth of a second of a stall of its own', () => {
    const answers = [100, 950, 1_150, 1_300].map((atMs) => ({ kind: 'call' as const, atMs, tookMs: 20 }));
    expect(apart([...answers, { kind: 'list', atMs: 5_000, tookMs: 30 }], [1_000])).toEqual({
      ...{ callMs: [20, 20, 20], listMs: [30], orderMs: [], stalledMs: [20] },
    });
    expect(apart([{ kind: 'call', atMs: 1_400, tookMs: 500 }], [1_000]).stalledMs).toEqual([500]);
  });

  it('tells what was answered otherwise than it should be', async () => {
    const probe = await ApiProbe.open(centre, systemClock);
    server.removeAllListeners('request').on('request', (_request, response: ServerResponse) => {
      response.statusCode = 503;
      response.end('{}');
    });
    await systemClock.sleep(200);
    const { refused } = await probe.stop();
    expect(Object.keys(refused)).toEqual(
      expect.arrayContaining(['GET /calls answered 503', 'GET /calls/{id} answered 503']),
    );
  });
});
