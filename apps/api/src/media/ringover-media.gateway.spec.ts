import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { LiveCalls, RingingCalls, type RingingCall, RoutedCalls } from '@app/live-state';
import { NumberStore } from '@app/persistence';
import { SILENCE_LIMITS } from '@app/telephony';
import { type INestApplication, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { WebSocket } from 'ws';
import { CallCarrier, type TakenOverCall } from '../calls/arrived-call.js';
import { type Returned, ReturnedCalls } from '../calls/returned-calls.js';
import { CLOCK, LOGGER } from '../process-parts.js';
import { liveCall } from '../testing/some-calls.js';
import { MediaModule } from './media.module.js';
import { MediaTokenGate } from './media-token.gate.js';
import type { RingoverStreamConfig } from './ringover-media.gateway.js';
import { logLines } from './testing/log-lines.js';
import { FakeCallCarrier, FakeLiveState, FakeNumbers, NUMBER } from './testing/media-fakes.js';
import { closeCode, dial, settled } from './testing/upgrade-client.js';
import { UpgradeAdapter } from './upgrade-adapter.js';

const CONFIG: Omit<RingoverStreamConfig, 'hangUps'> = {
  line: {
    rateHz: 8_000,
    pacing: { chunkMs: 200, leadMs: 400 },
    numbersAs: 'number',
    hangUp: { by: 'close' },
    silence: SILENCE_LIMITS,
  },
  metadata: { callId: 'call_id', from: 'from_number', to: 'to_number' },
};
const CALL_ID = '18345678901234567890';
const METADATA = `{"call_id":${CALL_ID},"from_number":33612345678,"to_number":"33184990011"}`;
const turn = () => new Promise((resolve) => setImmediate(resolve));
const frameOf = (sample: number): Buffer => Buffer.from(new Int16Array(160).fill(sample).buffer);

/** The gateway in a real Nest application on a real port; stores and calls are fakes, time is ours. */
class Centre {
  readonly clock = new FakeClock();
  readonly logged = logLines();
  readonly state = new FakeLiveState(this.clock);
  readonly carrier = new FakeCallCarrier();
  readonly sockets: WebSocket[] = [];
  /** What is known of the call that a stream says it is. */
  returned: Returned = { state: 'new' };
  #app: INestApplication | undefined;

  async open(): Promise<this> {
    const provided = [
      { provide: CLOCK, useValue: this.clock },
      { provide: LOGGER, useValue: this.logged.log },
      { provide: NumberStore, useValue: new FakeNumbers() },
      { provide: RingingCalls, useValue: this.state },
      { provide: RoutedCalls, useValue: this.state },
      { provide: LiveCalls, useValue: this.state },
    ];
    class Everywhere {}
    Module({})(Everywhere);
    class Calls {}
    const calls = [
      { provide: CallCarrier, useValue: this.carrier },
      { provide: ReturnedCalls, useValue: { take: () => Promise.resolve(this.returned) } },
    ];
    Module({ providers: calls, exports: [CallCarrier, ReturnedCalls] })(Calls);
    const everywhere = { module: Everywhere, global: true, providers: provided, exports: provided };
    const media = MediaModule.with({ ringover: CONFIG, calls: Calls });
    const built = await Test.createTestingModule({ imports: [everywhere, media] }).compile();
    this.#app = built.createNestApplication({ logger: false });
    this.#app.useWebSocketAdapter(new UpgradeAdapter(this.#app));
    await this.#app.listen(0, '127.0.0.1');
    return this;
  }

  async dial(path = `/api/v1/media/ringover/${NUMBER.mediaToken}`, headers: Record<string, string> = {}) {
    const { port } = (this.#app?.getHttpServer() as { address(): AddressInfo }).address();
    const dialled = await dial(`ws://127.0.0.1:${port}${path}`, { headers });
    this.sockets.push(dialled.socket);
    return dialled;
  }

  async stream(): Promise<WebSocket> {
    return (await this.dial()).socket;
  }

  rings(call: Partial<RingingCall> = {}): void {
    const { e164: number } = NUMBER;
    const usual = { carrier: 'ringover', carrierCallId: CALL_ID, number, from: '+33612345678', to: number, atMs: 0 };
    this.state.ringing.push({ ...usual, ...call });
  }

  async stop(): Promise<void> {
    await this.#app?.close();
    this.#app = undefined;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.terminate();
    await this.stop();
  }
}

let centre: Centre;
beforeEach(async () => (centre = await new Centre().open()));
afterEach(() => centre.close());

const BY_METADATA = {
  carrier: 'ringover',
  carrierCallId: CALL_ID,
  matchedBy: 'metadata',
  direction: 'inbound',
  from: '+33612345678',
  to: '+33184990011',
  number: { e164: '+33184990011', agentId: NUMBER.agent.id },
};

describe('a stream of a call that was carried before', () => {
  it('goes on under its own id, with all that was known of it, when its node is gone', async () => {
    const call = liveCall(7, { carrierCallId: CALL_ID, agentId: 'the-agent-it-had' });
    const takenOver = { epoch: 2, startedAt: new Date(0) } as TakenOverCall;
    centre.returned = { state: 'returned', call, takenOver };
    (await centre.stream()).send(METADATA);

    const [carried] = await centre.carrier.carried(1);
    const { id, from, to, direction, routedBy } = call;
    expect(carried).toMatchObject({ id, from, to, direction, routedBy, takenOver, carrierCallId: CALL_ID });
    expect(carried?.number).toEqual({ e164: NUMBER.e164, agentId: 'the-agent-it-had' });
  });

  it('is refused while its node is there', async () => {
    centre.returned = { state: 'taken' };
    const stream = await centre.stream();
    stream.send(METADATA);

    expect(await closeCode(stream)).toBe(4_409);
    expect(centre.carrier.calls).toEqual([]);
  });
});

describe('a stream that says which call it is', () => {
  it('is carried as that call, also when nobody said that it rings', async () => {
    const stream = await centre.stream();
    stream.send(METADATA);
    const [call] = await centre.carrier.carried(1);
    expect(call).toMatchObject({ ...BY_METADATA, ringingAt: null });
    expect(centre.state.claims.get(CALL_ID)).toBe(call?.id);
  });

  it('takes its call from those that ring, with all that is known of it', async () => {
    centre.rings({ atMs: 5, from: '+33600000000' });
    const stream = await centre.stream();
    stream.send(`{"call_id":"${CALL_ID}"}`);
    const [call] = await centre.carrier.carried(1);
    expect(call).toMatchObject({ ...BY_METADATA, from: '+33600000000', ringingAt: new Date(5) });
    expect(centre.state.ringing).toEqual([]);
  });

  it.each([
    ['in its query', `?call_id=${CALL_ID}&from_number=33612345678&to_number=33184990011`, {}],
    ['in its headers', '', { 'x-call-id': CALL_ID, 'x-from-number': '33612345678', 'x-to-number': '33184990011' }],
  ])('may say so %s, and begin with sound', async (_where, query, headers) => {
    const { socket } = await centre.dial(
      `/api/v1/media/ringover/${NUMBER.mediaToken}${query}`,
      headers as Record<string, string>,
    );
    socket.send(frameOf(1));
    const [call] = await centre.carrier.carried(1);
    await settled(socket);
    expect(call).toMatchObject({ ...BY_METADATA, told: [1] });
  });

  it('is outbound when it comes from our number', async () => {
    const stream = await centre.stream();
    stream.send(`{"call_id":7,"from_number":33184990011,"to_number":33612345678}`);
    expect((await centre.carrier.carried(1))[0]).toMatchObject({ direction: 'outbound', to: '+33612345678' });
  });
});

describe('a stream whose call was routed', () => {
  const route = { number: NUMBER.e164, agentId: 'another-agent', routedBy: 'routing: last agent' };

  it('is carried by the agent who was chosen, and says by which rule', async () => {
    centre.state.routes.set(CALL_ID, route);
    const stream = await centre.stream();
    stream.send(METADATA);
    expect((await centre.carrier.carried(1))[0]).toMatchObject({
      routedBy: 'routing: last agent',
      number: { e164: NUMBER.e164, agentId: 'another-agent' },
    });
  });

  it.each([
    ['that was called at another number', { ...route, number: '+33184990012' }],
    ['that was sent elsewhere', { ...route, agentId: null }],
  ])('is carried by the agent of its number when it is one %s', async (_what, other) => {
    centre.state.routes.set(CALL_ID, other);
    const stream = await centre.stream();
    stream.send(METADATA);
    expect((await centre.carrier.carried(1))[0]).toMatchObject({ ...BY_METADATA, routedBy: other.routedBy });
  });
});

describe('a stream that does not say which call it is', () => {
  it.each([
    ['begins with sound', frameOf(1)],
    ['says something else', 'hello'],
  ])('is the only call that rang: it %s', async (_what, first) => {
    centre.rings();
    centre.rings({ number: '+33184990022', carrierCallId: '2' });
    const stream = await centre.stream();
    stream.send(first);
    const [call] = await centre.carrier.carried(1);
    expect(call).toMatchObject({ ...BY_METADATA, matchedBy: 'ringing', ringingAt: new Date(0) });
    expect(centre.state.ringing).toHaveLength(1);
  });

  it('is waited for half a second when it says nothing at all', async () => {
    centre.rings();
    await centre.stream();
    await centre.clock.advance(499);
    expect(centre.carrier.calls).toEqual([]);
    await centre.clock.advance(1);
    expect((await centre.carrier.carried(1))[0]).toMatchObject({ matchedBy: 'ringing' });
  });

  it.each<[string, Partial<RingingCall>[], string]>([
    ['none rang', [], '[]'],
    ['two rang', [{}, { carrierCallId: '2' }], '[]'],
    ['the only one rang longer ago than ten seconds', [{ atMs: -10_001 }], '[]'],
    ['the only one that rang is from another caller', [{ from: '+33600000000' }], '{"from_number":33612345678}'],
  ])('is served as an orphan when %s', async (_what, ringing, text) => {
    for (const call of ringing) centre.rings(call);
    const stream = await centre.stream();
    stream.send(text);
    const [call] = await centre.carrier.carried(1);
    expect(call).toMatchObject({ carrierCallId: null, matchedBy: 'none', ringingAt: null, to: null });
    expect(centre.state.claims.size).toBe(0);
    expect(centre.logged.lines).toMatchObject([{ level: 'warn', msg: 'stream without a call' }]);
  });

  it('loses none of the sound that comes while its call is looked for', async () => {
    const stream = await centre.stream();
    stream.send(METADATA);
    for (let n = 1; n <= 40; n += 1) stream.send(frameOf(n));
    const [call] = await centre.carrier.carried(1);
    await settled(stream);
    expect(call?.told).toEqual(Array.from({ length: 40 }, (_, n) => n + 1));
  });
});

describe('a second stream of a live call', () => {
  it('is closed with 4409, and the first does not notice', async () => {
    const first = await centre.stream();
    first.send(METADATA);
    const [call] = await centre.carrier.carried(1);
    const second = await centre.stream();
    second.send(METADATA);
    expect(await closeCode(second)).toBe(4_409);
    first.send(frameOf(1));
    await settled(first);
    expect(call?.told).toEqual([1]);
    expect(centre.carrier.calls).toHaveLength(1);
    expect(centre.state.claims.get(CALL_ID)).toBe(call?.id);
  });

  it('is closed when another node has the first', async () => {
    centre.state.claims.set(CALL_ID, 'of another node' as never);
    const stream = await centre.stream();
    stream.send(METADATA);
    expect(await closeCode(stream)).toBe(4_409);
    expect(centre.state.claims.get(CALL_ID)).toBe('of another node');
  });

  it('is carried once the other node has given the call back', async () => {
    centre.state.claims.set(CALL_ID, 'of another node' as never);
    const refused = await centre.stream();
    refused.send(METADATA);
    await closeCode(refused);
    centre.state.claims.delete(CALL_ID);
    const stream = await centre.stream();
    stream.send(METADATA);
    expect((await centre.carrier.carried(1))[0]).toMatchObject(BY_METADATA);
  });

  it('is carried once the first has ended', async () => {
    const first = await centre.stream();
    first.send(METADATA);
    const [call] = await centre.carrier.carried(1);
    first.close(1_000);
    await once(first, 'close');
    while (centre.state.claims.has(CALL_ID)) await turn();
    const second = await centre.stream();
    second.send(METADATA);
    const again = (await centre.carrier.carried(2))[1];
    expect(call?.told).toEqual(['closed']);
    expect(again?.carrierCallId).toBe(CALL_ID);
    expect(again?.id).not.toBe(call?.id);
  });
});

describe('while Redis is gone', () => {
  beforeEach(() => void (centre.state.gone = true));

  it('a call that names itself is carried, and has one stream on this node', async () => {
    const first = await centre.stream();
    first.send(METADATA);
    expect((await centre.carrier.carried(1))[0]).toMatchObject(BY_METADATA);
    const second = await centre.stream();
    second.send(METADATA);
    expect(await closeCode(second)).toBe(4_409);
    expect(JSON.stringify(centre.logged.lines)).not.toContain('33612345678');
  });

  it('one that does not is an orphan', async () => {
    const stream = await centre.stream();
    stream.send(frameOf(1));
    expect((await centre.carrier.carried(1))[0]).toMatchObject({ carrierCallId: null, matchedBy: 'none' });
  });
});

describe('streams that misbehave', () => {
  it.each([
    ['an unknown token', '/api/v1/media/ringover/unknown'],
    ['the token of another carrier', '/api/v1/media/ringover/the-token-of-another-carrier'],
    ['a token without end', `/api/v1/media/ringover/${'x'.repeat(300)}`],
    ['no token', '/api/v1/media/ringover/'],
    ['another path', '/api/v1/media'],
  ])('are refused before they are accepted: %s', async (_what, path) => {
    expect((await centre.dial(path)).status).toBe(404);
  });

  it('are borne: odd lengths, words, big messages; and no other call notices', async () => {
    const [good, bad] = [await centre.stream(), await centre.stream()];
    good.send('{"call_id":1}');
    bad.send('{"call_id":2}');
    const [one, two] = await centre.carrier.carried(2);
    bad.send('no JSON');
    bad.send(Buffer.concat([frameOf(7), Buffer.from([1])]));
    await settled(bad);
    bad.send(Buffer.alloc(50_000_000));
    const code = closeCode(bad);
    good.send(frameOf(3));
    await settled(good);
    expect(await code).toBe(1_009);
    while ((two?.told.length ?? 0) < 2) await turn();
    expect(one?.told).toEqual([3]);
    expect(two?.told).toEqual([7, 'lost']);
    expect(centre.logged.lines).toMatchObject([
      { msg: 'stream was not as documented', oddMessages: 1, opaqueTexts: 1, carrierCallId: '2' },
    ]);
  });

  it('are lost when they fall silent and do not answer', async () => {
    const stream = await centre.stream();
    stream.send(METADATA);
    const [call] = await centre.carrier.carried(1);
    stream.pause();
    await centre.clock.advance(SILENCE_LIMITS.quietMs * 2);
    await centre.clock.advance(SILENCE_LIMITS.answerMs);
    while (call?.told.length === 0) await turn();
    expect(call?.told).toEqual(['lost']);
  });

  it('do not take the process with them when carrying one is a bug', async () => {
    centre.carrier.breaks = true;
    const stream = await centre.stream();
    stream.send(METADATA);
    expect(await closeCode(stream)).toBe(1_006);
    expect(centre.logged.lines).toMatchObject([{ level: 'error', msg: 'stream broke' }]);
    expect(centre.state.claims.size).toBe(0);
  });
});

describe('a planned stop', () => {
  it('tells the carriers of calls that are still here 1001', async () => {
    const stream = await centre.stream();
    stream.send(METADATA);
    const [call] = await centre.carrier.carried(1);
    const code = closeCode(stream);
    await centre.stop();
    expect(await code).toBe(1_001);
    expect(call?.told).toEqual(['closed']);
  });

  it('sends new calls elsewhere while those that are here go on', async () => {
    const gate = new MediaTokenGate(new FakeNumbers());
    const ask = { params: { token: NUMBER.mediaToken }, query: new URLSearchParams(), headers: {} };
    expect(await gate.admit(ask)).toEqual({ admitted: NUMBER });
    gate.onModuleDestroy();
    expect(await gate.admit(ask)).toEqual({ refused: 503 });
  });
});
