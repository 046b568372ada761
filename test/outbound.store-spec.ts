import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId } from '@app/kernel';
import { CallStore } from '@app/persistence';
import { IVR_NUMBER, openOutboundCentre, type OutboundCentre, USER_NUMBER, type Voicemail } from './outbound-centre.js';
import { until } from './until.js';

let centre: OutboundCentre;
beforeAll(async () => {
  centre = await openOutboundCentre({ intervalMs: 20 });
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
      {
        ...{ id: expect.any(String), state: 'queued', outcome: null, way, from: IVR_NUMBER, to: ORDER.to },
        dueAt: expect.any(String),
      },
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

describe('an answering machine', () => {
  const GREETING = ['You have reached Sarah, please leave a message after the tone.'];
  const TEXT = 'Hello {{name}}, your parcel comes tomorrow. Goodbye.';
  const answered = async (onMachine: object) => {
    const keeps: Voicemail = { toneEndMs: 0, heard: [], brokenMs: [] };
    centre.callee = { says: GREETING, machine: { keeps } };
    centre.served.script.queue({ type: 'machine', afterMs: 600, streams: true, staysMs: 0 });
    const { body } = await place({ ...ORDER, onMachine });
    centre.willSay(body.id, ...GREETING);
    await reaches(body.id, 'connected');
    await until(async () => (await callOf(body.id))?.state === 'closing', 30_000);
    return { keeps, call: (await told(body.id)) as unknown as Record<string, unknown> & { events: { type: string; data: object }[]; transcript: { kind: string; heard: string }[] } }; // prettier-ignore
  };

  it('is told while the greeting of the agent is on its way, and hears its message after the tone, whole', async () => {
    const { keeps, call } = await answered({ then: 'leave-message', text: TEXT });
    const { toneEndMs, heard } = keeps;
    const after = heard.filter(({ atMs }) => atMs >= toneEndMs - 20);
    const lastBreakMs = keeps.brokenMs.filter((atMs) => atMs < toneEndMs).at(-1) ?? 0;

    expect(call.events).toContainEqual(expect.objectContaining({ type: 'answer.judged', data: expect.objectContaining({ by: 'machine' }) })); // prettier-ignore
    expect(heard[0]?.atMs).toBeLessThan(toneEndMs - 1_000); // its own opening did not wait
    expect(heard.filter(({ atMs }) => atMs > lastBreakMs && atMs < toneEndMs - 20)).toEqual([]); // and then it was silent
    expect((after[0]?.atMs ?? 0) - toneEndMs).toBeLessThan(1_500);
    expect(after.reduce((sum, { ms }) => sum + ms, 0)).toBeGreaterThan(2_000);
    expect(call.transcript.at(-1)).toMatchObject({ kind: 'message', heard: TEXT.replace('{{name}}', 'Zoë') });
    expect(call['endReason']).toBe('voicemail');
  });

  it('is left at once where it is to get nothing', async () => {
    const { keeps, call } = await answered({ then: 'hang-up' });

    expect(call['endReason']).toBe('voicemail');
    expect(keeps.toneEndMs).toBe(0);
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

describe('a call that cannot start now', () => {
  const ask = async (path: string, method = 'POST') => {
    const headers = { authorization: `Bearer ${centre.key}` };
    const response = await fetch(`${centre.url}/api/v1/calls/${path}`, { method, headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const orderOf = async (id: string) => (await ask(id, 'GET')).body['order'] as Record<string, unknown>;
  const fill = async () => {
    const leases = [1, 2, 3].map((n) => ({ agentId: centre.postgres.agentId, callId: `other-${n}` }));
    for (const lease of leases) await centre.lines.acquire(lease, { agent: 9 });
    return async () => {
      for (const lease of leases) await centre.lines.release(lease);
    };
  };

  it('waits for a line, behind those of a higher priority, and is dialled when one is free', async () => {
    const free = await fill();
    for (let n = 0; n < 2; n += 1) centre.served.script.queue({ type: 'busy', afterMs: 100 });
    const [late, early] = [await place({ ...ORDER, to: '+33612345601' }), await place({ ...ORDER, to: '+33612345602', priority: 1 })]; // prettier-ignore
    expect([late, early].map(({ body }) => body.state)).toEqual(['queued', 'queued']);
    expect(await told(late.body.id)).toMatchObject({ state: 'queued', order: { place: 2, priority: 5, tries: [{ state: 'queued' }] } }); // prettier-ignore
    await centre.lines.release({ agentId: centre.postgres.agentId, callId: 'other-1' });
    await reaches(early.body.id, 'dialling');
    await free();
    await reaches(late.body.id, 'dialling');

    expect(dialled().map(({ body }) => (body as { to_number: number }).to_number)).toEqual([33612345602, 33612345601]);
    await settled(early.body.id, late.body.id);
  });

  it('waits for its time, tells when that is, and can be taken back until then, once', async () => {
    const notBefore = new Date(Date.now() + 3_600_000).toISOString();
    const { body } = await place({ ...ORDER, notBefore });
    expect(await orderOf(body.id)).toMatchObject({ place: 1, dueAt: notBefore });
    expect(await ask(`${body.id}/cancel`)).toMatchObject({
      status: 200,
      body: { state: 'over', outcome: 'cancelled' },
    });
    expect(await ask(`${body.id}/cancel`)).toMatchObject({ status: 200 });

    expect(await told(body.id)).toMatchObject({ state: 'missed', endReason: 'cancelled' });
    expect(await ask(`${newCallId()}/cancel`)).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
    expect(dialled()).toEqual([]);
  });

  it('expires when no line was free in time', async () => {
    const free = await fill();
    const { body } = await place({ ...ORDER, notAfter: new Date(Date.now() + 900).toISOString() });
    await reaches(body.id, 'over');
    await free();

    expect(await told(body.id)).toMatchObject({ state: 'missed', endReason: 'expired' });
    expect(dialled()).toEqual([]);
  });

  it('is not dialled when the person has said no meanwhile', async () => {
    const notBefore = new Date(Date.now() + 1_000).toISOString();
    const { body } = await place({ ...ORDER, to: '+33611111113', notBefore });
    await centre.postgres.prisma.contact.create({ data: { e164: '+33611111113', doNotCall: true } });
    await reaches(body.id, 'over');

    expect(await centre.attempts.get(body.id)).toMatchObject({ outcome: 'failed', failure: 'contact.do-not-call' });
    expect(dialled()).toEqual([]);
  });

  it('is tried again by itself when the carrier had no time for it', async () => {
    centre.served.ringover.faults.add({ kind: 'status', status: 429, path: '/ivrs', times: 1 });
    const { body } = await place();
    await reaches(body.id, 'over');

    expect((await orderOf(body.id))['tries']).toMatchObject([
      { outcome: 'failed', failure: 'carrier.overloaded' },
      { state: 'queued', outcome: null },
    ]);
    expect(await ask(`${body.id}/cancel`)).toMatchObject({ status: 200 });
  });

  it('is tried again after a busy line, by a call of its own, as it was ordered', async () => {
    for (let n = 0; n < 2; n += 1) centre.served.script.queue({ type: 'busy', afterMs: 100 });
    const { body } = await place({ ...ORDER, retries: { after: ['busy'], most: 1, waitS: 1 } });
    await settled(body.id);
    const tries = async () => (await orderOf(body.id))['tries'] as { callId: string; state: string }[];
    expect(await tries()).toMatchObject([{ callId: body.id, outcome: 'busy' }, { state: 'queued' }]);
    await centre.lookForDue();
    const again = (await tries())[1]?.callId ?? '';
    await settled(again);

    expect(await tries()).toMatchObject([{ outcome: 'busy' }, { outcome: 'busy' }]);
    expect(dialled()).toHaveLength(2);
    expect(await ask(`${body.id}/cancel`)).toMatchObject({ status: 409, body: { code: 'outbound.not-queued' } });
  });
});

/** It rang in vain, and that is known. */
async function settled(...ids: string[]): Promise<void> {
  for (const id of ids) {
    await until(async () => {
      await centre.pursue();
      return (await stateOf(id)) === 'over';
    });
  }
}

describe('nobody is called', () => {
  it('who does not want to be', async () => {
    await centre.postgres.prisma.contact.create({ data: { e164: '+33611111111', doNotCall: true } });

    expect(await place({ ...ORDER, to: '+33611111111' })).toMatchObject({
      status: 409,
      body: { code: 'contact.do-not-call' },
    });
  });

  it('who took back their consent, or never gave the one that is needed', async () => {
    const { prisma } = centre.postgres;
    const { id: contactId } = await prisma.contact.create({ data: { e164: '+33611111112' } });
    await prisma.contactConsent.create({ data: { contactId, purpose: 'ai-calls', given: false, source: 'x', at: new Date(0) } }); // prettier-ignore
    const refused = { status: 409, body: { code: 'contact.no-consent' } };

    expect(await place({ ...ORDER, to: '+33611111112' })).toMatchObject(refused);
    expect(await place({ ...ORDER, consent: 'marketing' })).toMatchObject(refused);
  });

  it.each([
    ['by nobody', { ...ORDER, agent: 'nobody' }, 404, 'agent.not-found'],
    ['from a number that is not the agent’s', { ...ORDER, from: '+33100000000' }, 409, 'agent.no-number'],
    ['at what is no number', { ...ORDER, to: '0612345678' }, 400, 'request.invalid'],
    ['for a second', { ...ORDER, ringTimeoutS: 1 }, 400, 'request.invalid'],
    ['by an agent and a rule', { ...ORDER, rule: newCallId() }, 400, 'request.invalid'],
    ['by a rule that there is not', { ...ORDER, agent: undefined, rule: newCallId() }, 404, 'rule.not-found'],
    ['by an agent that would say {{name}}', { ...ORDER, variables: {} }, 422, 'outbound.variables-missing'],
    ['with a message that nothing fills', { ...ORDER, onMachine: { then: 'leave-message', text: '{{what}}' } }, 422, 'outbound.variables-missing'], // prettier-ignore
    ['with a message that is not there', { ...ORDER, onMachine: { then: 'leave-message' } }, 400, 'request.invalid'],
    ['at hours that never come', { ...ORDER, hours: { timezone: 'UTC', week: {} } }, 422, 'outbound.no-window'],
    ['at hours that are none', { ...ORDER, hours: { timezone: 'Nowhere', week: {} } }, 400, 'request.invalid'],
    ['after it is too late', { ...ORDER, notAfter: '2020-01-01T00:00:00Z' }, 422, 'outbound.no-window'],
    ['with more than texts', { ...ORDER, variables: { name: { first: 'Zoë' } } }, 400, 'request.invalid'],
  ])('%s', async (_how, order, status, code) => {
    expect(await place(order)).toMatchObject({ status, body: { code } });
    expect(dialled()).toEqual([]);
  });
});
