import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId } from '@app/kernel';
import { CallStore } from '@app/persistence';
import { IVR_NUMBER, openOutboundCentre, type OutboundCentre, USER_NUMBER } from './outbound-centre.js';
import { until } from './until.js';

let centre: OutboundCentre;
beforeAll(async () => {
  centre = await openOutboundCentre();
});
afterAll(() => centre.close());
afterEach(() => {
  centre.unheard.clear();
  centre.served.ringover.faults.clear();
  centre.served.ringover.seen.length = 0;
  centre.callee = { says: [] };
});

const ORDER = { agent: 'clara', to: '+33612345678', from: IVR_NUMBER, variables: { name: 'Zoë' } };

async function place(order: object = ORDER, headers: Record<string, string> = {}) {
  const response = await fetch(`${centre.url}/api/v1/calls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${centre.key}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(order),
  });
  return { status: response.status, body: (await response.json()) as { id: string; state: string; code?: string } };
}

/** The call, as the api tells it. */
async function told(id: string) {
  const response = await fetch(`${centre.url}/api/v1/calls/${id}`, {
    headers: { authorization: `Bearer ${centre.key}` },
  });
  return (await response.json()) as { transcript: unknown[] };
}

const callOf = (id: string) => new CallStore(centre.postgres.prisma).get(id);
const stateOf = async (id: string) => (await centre.attempts.get(id))?.state;
const reaches = (id: string, state: string) => until(async () => (await stateOf(id)) === state);
const dialled = () => centre.served.ringover.seen.filter(({ path }) => /\/callback$/.test(path));
const linesInUse = () => centre.lines.count(centre.postgres.agentId);

describe('a call that we place', () => {
  it.each([
    ['ivr-callback', IVR_NUMBER],
    ['callback', USER_NUMBER],
  ])('by %s is spoken in when it is answered', async (way, from) => {
    centre.served.script.queue({ type: 'person', afterMs: 200, streams: true, staysMs: 0 });
    const { status, body } = await place({ ...ORDER, way });
    expect([status, body]).toEqual([
      202,
      { id: expect.any(String), state: 'dialling', outcome: null, way, from: IVR_NUMBER, to: ORDER.to },
    ]);
    await reaches(body.id, 'connected');
    await until(async () => (await callOf(body.id))?.state === 'closing');

    expect(await told(body.id)).toMatchObject({
      ...{ direction: 'outbound', from: IVR_NUMBER, to: ORDER.to, routedBy: `number ${IVR_NUMBER}` },
      ...{ agent: { slug: 'clara' }, carrierCallId: expect.stringMatching(/^\d{19,20}$/) },
      transcript: [{ speaker: 'agent', kind: 'greeting', said: 'Hello Zoë, this is Clara, an AI.' }],
    });
    expect(dialled().map((request) => request.body)).toMatchObject([
      { from_number: Number(from), to_number: Number(ORDER.to), timeout: 20 },
    ]);
    await until(async () => (await linesInUse()) === 0);
  });

  it('is a conversation: the callee asks, and the agent answers', async () => {
    centre.callee = { says: ['Where are you, please?'] };
    centre.served.script.queue({ type: 'person', afterMs: 1_500, streams: true, staysMs: 0 });
    const { body } = await place();
    centre.willSay(body.id, ...centre.callee.says);
    await reaches(body.id, 'connected');
    await until(async () => (await told(body.id)).transcript.length > 1);
    await until(async () => (await callOf(body.id))?.state === 'closing');

    expect(await told(body.id)).toMatchObject({
      transcript: [
        { speaker: 'agent', kind: 'greeting' },
        { speaker: 'caller', said: 'Where are you, please?' },
        { speaker: 'agent', said: expect.stringContaining('Harbour Street') },
      ],
    });
  });

  it('knows its stream by number and time when the stream tells nothing', async () => {
    centre.callee = { says: [], isAnonymous: true };
    centre.unheard.add('ringing');
    centre.served.script.queue({ type: 'person', afterMs: 1_000, streams: true, staysMs: 0 });
    const { body } = await place();
    await reaches(body.id, 'connected');
    await until(async () => (await callOf(body.id))?.state === 'closing');

    expect(await callOf(body.id)).toMatchObject({ direction: 'outbound', from: IVR_NUMBER, to: ORDER.to });
  });

  it.each([
    ['busy', { type: 'busy', afterMs: 100 }],
    ['no-answer', { type: 'person', afterMs: 0, streams: false, staysMs: 0 }],
    ['voicemail', { type: 'voicemail', afterMs: 100 }],
  ] as const)('ends as %s, also when no webhook says so', async (outcome, script) => {
    centre.unheard.add('missed').add('voicemail').add('ringing').add('hangup').add('answered');
    centre.served.script.queue(script);
    const { body } = await place();
    await reaches(body.id, 'dialling');
    if (outcome === 'no-answer') await untilMissed();
    await until(async () => {
      await centre.pursue();
      return (await stateOf(body.id)) === 'over';
    });

    expect(await callOf(body.id)).toMatchObject({ state: 'missed', endReason: outcome, durationMs: null });
    expect(await linesInUse()).toBe(0);
  });

  it('ends as voicemail by the webhook alone, at once', async () => {
    centre.served.script.queue({ type: 'voicemail', afterMs: 1_500 });
    const { body } = await place();
    await reaches(body.id, 'over');

    expect(await callOf(body.id)).toMatchObject({ state: 'missed', endReason: 'voicemail' });
  });

  it('that a machine took is told as voicemail when the carrier says so at the end', async () => {
    centre.served.script.queue({ type: 'machine', afterMs: 200, streams: true, staysMs: 0 });
    const { body } = await place();
    await until(async () => (await centre.attempts.get(body.id))?.outcome === 'voicemail');

    expect(await stateOf(body.id)).toBe('connected');
  });

  it('that the carrier refuses is over, and told why', async () => {
    const { body } = await place({ ...ORDER, from: USER_NUMBER }); // not of the IVR
    await reaches(body.id, 'over');

    expect(await centre.attempts.get(body.id)).toMatchObject({ outcome: 'failed', failure: 'carrier.refused' });
    expect(await callOf(body.id)).toMatchObject({ state: 'missed', endReason: 'failed' });
  });
});

/** It left the current calls; the history tells that nobody took it. */
async function untilMissed(): Promise<void> {
  const { book } = centre.served.ringover.accountIn('eu');
  await until(() => book.live.length === 0);
  const last = book.past.at(-1);
  if (last) last.lastState = 'MISSED';
}

describe('at most one call', () => {
  it('comes of an order whose answer is lost: it is found, and not dialled again', async () => {
    centre.served.script.queue({ type: 'person', afterMs: 8_000, streams: false, staysMs: 0 });
    centre.served.ringover.faults.add({ kind: 'done-then-cut', status: 500, path: '/ivrs', times: 1 });
    const { body } = await place();
    await reaches(body.id, 'doubtful');
    await centre.pursue();

    expect(await centre.attempts.get(body.id)).toMatchObject({
      state: 'dialling',
      carrierCallId: expect.stringMatching(/^\d{19,20}$/),
    });
    expect(dialled()).toHaveLength(1);
    await until(async () => {
      await centre.pursue();
      return (await stateOf(body.id)) === 'over';
    });
    expect(dialled()).toHaveLength(1);
  });

  it('comes of an order that may never have arrived: after 60 s it is uncertain, and stays so', async () => {
    centre.served.ringover.faults.add({ kind: 'cut', status: 500, path: '/ivrs', times: 1 });
    const { body } = await place({ ...ORDER, to: '+33698765432' });
    await reaches(body.id, 'doubtful');
    await centre.pursue(50_000);
    expect(await stateOf(body.id)).toBe('doubtful');
    await centre.pursue(61_000);
    await centre.pursue(120_000);

    expect(await centre.attempts.get(body.id)).toMatchObject({ state: 'uncertain', outcome: 'uncertain' });
    expect(await callOf(body.id)).toMatchObject({ state: 'missed', endReason: 'uncertain' });
    expect(dialled()).toHaveLength(1);
    expect(await linesInUse()).toBe(0);
  });

  it('comes of the same key, however often and at the same time', async () => {
    centre.served.script.queue({ type: 'busy', afterMs: 100 });
    const key = { 'idempotency-key': newCallId() };
    const answers = await Promise.all([place(ORDER, key), place(ORDER, key), place(ORDER, key)]);
    const again = await place({ ...ORDER, variables: { name: 'Zoë' } }, key);

    expect(new Set([...answers, again].map(({ body }) => body.id)).size).toBe(1);
    expect(await place({ ...ORDER, to: '+33600000009' }, key)).toMatchObject({
      status: 409,
      body: { code: 'idempotency.mismatch' },
    });
    const [{ body } = again] = answers;
    await reaches(body.id, 'dialling');
    expect(dialled()).toHaveLength(1);
    await until(async () => {
      await centre.pursue();
      return (await stateOf(body.id)) === 'over';
    });
  });
});

describe('nobody is called', () => {
  it('who does not want to be', async () => {
    await centre.postgres.prisma.contact.create({ data: { e164: '+33611111111', doNotCall: true } });

    expect(await place({ ...ORDER, to: '+33611111111' })).toMatchObject({
      status: 409,
      body: { code: 'contact.do-not-call' },
    });
  });

  it('while the agent has no free line', async () => {
    const leases = [1, 2, 3].map((n) => ({ agentId: centre.postgres.agentId, callId: `other-${n}` }));
    for (const lease of leases) await centre.lines.acquire(lease, { agent: 9 });

    expect(await place()).toMatchObject({ status: 409, body: { code: 'agent.no-free-line' } });
    for (const lease of leases) await centre.lines.release(lease);
  });

  it.each([
    ['by nobody', { ...ORDER, agent: 'nobody' }, 404, 'agent.not-found'],
    ['from a number that is not the agent’s', { ...ORDER, from: '+33100000000' }, 409, 'agent.no-number'],
    ['at what is no number', { ...ORDER, to: '0612345678' }, 400, 'request.invalid'],
    ['for a second', { ...ORDER, ringTimeoutS: 1 }, 400, 'request.invalid'],
    ['with more than texts', { ...ORDER, variables: { name: { first: 'Zoë' } } }, 400, 'request.invalid'],
  ])('%s', async (_how, order, status, code) => {
    expect(await place(order)).toMatchObject({ status, body: { code } });
    expect(dialled()).toEqual([]);
  });
});
