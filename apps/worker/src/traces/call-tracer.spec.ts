import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RehearsedCall } from '@app/conversation/testing';
import { CallTracer } from './call-tracer.js';
import { spansOf } from './call-spans.js';

const CALL_ID = '0199a0de-1f3c-7b5e-8c44-0123456789ab';

interface Told {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: { key: string; value: Record<string, unknown> }[];
  status: { code?: number };
}

/** A call in which a function is run, and a model fails once. */
async function aCall(): Promise<RehearsedCall> {
  const calls = [{ id: 'one', name: 'look_up', argumentsJson: '{"name":"Ada Lovelace"}' }];
  let asked = 0;
  const call = await RehearsedCall.begin({
    script: () => ((asked += 1) === 1 ? { calls } : { text: 'It is on Tuesday.' }),
    functions: [{ name: 'look_up', results: [{ ok: false, failure: 'not-found', detail: 'nobody' }] }],
  });
  await call.hearOut();
  await call.say('which day is it for Ada Lovelace');
  await call.hearOut();
  call.line.close();
  await call.clock.advance(0);
  return call;
}

describe('the trace of a call', () => {
  let server: Server;
  let told: Told[];
  let paths: (string | undefined)[];
  let status: number;
  beforeEach(async () => {
    [told, paths, status] = [[], [], 200];
    server = createServer((request, response) => {
      paths.push(request.url);
      let body = '';
      request.on('data', (chunk) => (body += String(chunk)));
      request.on('end', () => {
        const { resourceSpans } = JSON.parse(body) as { resourceSpans: { scopeSpans: { spans: Told[] }[] }[] };
        told.push(...resourceSpans.flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans)));
        response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => new Promise((resolve) => server.close(resolve)));

  const quiet = { warn: () => undefined };
  const endpoint = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const tell = async (call: RehearsedCall) => {
    const tracer = new CallTracer(endpoint(), quiet);
    tracer.trace(CALL_ID, '2026-11-21T10:00:00.000Z', call.log);
    await tracer.close();
  };
  const attributesOf = (span: Told | undefined) =>
    Object.fromEntries((span?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]));

  it('is one tree under the call, by the names that the field uses', async () => {
    await tell(await aCall());
    expect(paths[0]).toBe('/v1/traces');
    const names = told.map(({ name }) => name);
    expect(names[0]).toBe('invoke_agent Ada');
    expect(names).toEqual(expect.arrayContaining(['reply', 'chat model', 'execute_tool look_up', 'speak voice']));
    expect(new Set(told.map(({ traceId }) => traceId))).toEqual(new Set(['0199a0de1f3c7b5e8c440123456789ab']));
    const ids = new Set(told.map(({ spanId }) => spanId));
    expect(told.slice(1).every(({ parentSpanId }) => ids.has(parentSpanId ?? ''))).toBe(true);
    expect(attributesOf(told[0])).toMatchObject({
      'gen_ai.operation.name': 'invoke_agent',
      'gen_ai.conversation.id': CALL_ID,
      'carillon.call.end_reason': 'caller-hung-up',
    });
    expect(attributesOf(told.find(({ name }) => name === 'chat model'))).toMatchObject({
      'gen_ai.provider.name': 'scripted',
      'gen_ai.request.model': 'model',
    });
  });

  it('says what failed, and nothing that was said', async () => {
    await tell(await aCall());
    const tool = told.find(({ name }) => name.startsWith('execute_tool'));
    expect([tool?.status.code, attributesOf(tool)['error.type']]).toEqual([2, 'not-found']);
    expect(JSON.stringify(told)).not.toMatch(/Lovelace|Tuesday|Hello/);
  });

  it('is the same trace when it is told again', async () => {
    const call = await aCall();
    await tell(call);
    const first = told.splice(0);
    await tell(call);
    expect(told.map(({ spanId }) => spanId)).toEqual(first.map(({ spanId }) => spanId));
  });

  it('puts every span inside the call, in its time', async () => {
    const call = await aCall();
    await tell(call);
    const [root, ...others] = told;
    expect(Number(root?.startTimeUnixNano) / 1e6).toBe(Date.parse('2026-11-21T10:00:00.000Z'));
    for (const { startTimeUnixNano, endTimeUnixNano } of others) {
      expect(BigInt(startTimeUnixNano) >= BigInt(root?.startTimeUnixNano ?? 0)).toBe(true);
      expect(BigInt(endTimeUnixNano) <= BigInt(root?.endTimeUnixNano ?? 0)).toBe(true);
    }
  });

  it('costs nothing but itself when the collector refuses it', async () => {
    status = 400;
    await expect(tell(await aCall())).resolves.toBeUndefined();
  });

  it('says of a call that broke off that its node was lost', async () => {
    const { log } = await aCall();
    expect(spansOf(CALL_ID, log.slice(0, 8))[0]).toMatchObject({ errorType: 'node-lost' });
    expect(spansOf(CALL_ID, [])).toEqual([]);
  });
});
