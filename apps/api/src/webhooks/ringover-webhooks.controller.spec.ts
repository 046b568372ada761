import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { liveCall } from '../testing/some-calls.js';
import {
  CENTRE_CONFIG as CONFIG,
  CENTRE_KEY as KEY,
  CENTRE_NOW as NOW,
  CENTRE_TOKEN as TOKEN,
  WebhookCentre as Centre,
} from './testing/webhook-centre.js';
import { sign } from './testing/webhook-fakes.js';

const CALL_ID = '18345678901234567890';
const CALLER = '33612345678';

const bodyOf = (event: string, data = '', attempt = 1): string =>
  `{ "event":"${event}", "resource":"call", "timestamp":1789034630.5, "attempt":${attempt},` +
  `\n"data":{"call_id":${CALL_ID},"id":"u-1","direction":"inbound","from_number":"${CALLER}","to_number":"33184990011"${data}}}`;
const RINGING = bodyOf('ringing', ',"start_time":1789034600');
const HANG_UP = bodyOf('hangup', ',"hangup_time":1789034629.9');
const HUNG_UP_AT = new Date(1_789_034_629_900);

let centre: Centre;
beforeEach(async () => void (centre = await new Centre().open()));
afterEach(() => centre.close());

describe('a webhook of Ringover', () => {
  it('is kept to the byte, asked to be stored, and answered with nothing', async () => {
    expect(await centre.post(RINGING)).toEqual({ status: 200, text: '' });
    const [entry] = centre.back.inbox;
    expect(entry).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      carrier: 'ringover',
      section: 'call-event',
      dedupeKey: expect.stringMatching(/^[0-9a-f]{64}$/),
      resource: 'call',
      event: 'ringing',
      verifiedBy: 'jwt-v1',
      body: RINGING,
      receivedAt: NOW.toISOString(),
    });
    expect(centre.back.jobs).toEqual([{ name: 'store-webhook', key: entry?.id, payload: { webhookId: entry?.id } }]);
    expect(await centre.metrics.text()).toMatch(/webhooks_total\{.*outcome="accepted".*\} 1/);
  });

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/octet-stream'])(
    'is taken whatever it calls itself: %s',
    async (type) => {
      expect((await centre.post(RINGING, { type })).status).toBe(200);
      expect(centre.back.inbox[0]?.body).toBe(RINGING);
    },
  );

  it('has its effects once, however often it comes', async () => {
    await centre.post(RINGING);
    centre.back.ringing.clear();
    const again = bodyOf('ringing', ',"start_time":1789034600', 2);
    expect(await centre.post(again)).toEqual({ status: 200, text: '' });
    expect(centre.back.ringing.size).toBe(0);
    expect(centre.back.inbox).toHaveLength(2);
  });

  it.each([
    ['an event that nobody documented', bodyOf('parked')],
    ['a call without an id', '{"event":"ringing","resource":"call","data":{}}'],
    ['an empty object', '{}'],
  ])('is kept without effect when it is %s', async (_what, body) => {
    expect((await centre.post(body)).status).toBe(200);
    expect(centre.back.inbox).toHaveLength(1);
    expect([centre.back.ringing.size, centre.back.missed.length]).toEqual([0, 0]);
  });

  it('of a section without a key goes by its address, and is only kept', async () => {
    const path = `contact-search/${TOKEN}`;
    expect((await centre.post(RINGING, { path, token: undefined })).status).toBe(200);
    expect((await centre.post('no JSON \0', { path, token: undefined })).status).toBe(200);
    expect(centre.back.inbox.map(({ verifiedBy, body }) => [verifiedBy, body])).toEqual([
      ['token', RINGING],
      ['token', 'no JSON \ufffd'],
    ]);
    expect(centre.back.ringing.size).toBe(0);
  });
});

describe('what is no webhook of Ringover', () => {
  it.each([
    ['a wrong token', 'call-event/the-token-in-the-addresS'],
    ['no token', 'call-event/'],
    ['an unknown section', `calls/${TOKEN}`],
    ['the name of something that every object has', `constructor/${TOKEN}`],
    ['a longer path', `call-event/${TOKEN}/x`],
  ])('is not found: %s', async (_what, path) => {
    expect((await centre.post(RINGING, { path })).status).toBe(404);
    expect(centre.back.inbox).toEqual([]);
  });

  const nowS = NOW.getTime() / 1_000;
  const other = RINGING.replace('33612345678', '33600000000');
  it.each<[string, string | undefined]>([
    ['no signature', undefined],
    ['a foreign key', sign(RINGING, 'another')],
    ['alg none', sign(RINGING, KEY, { alg: 'none' })],
    ['alg HS256', sign(RINGING, KEY, { alg: 'HS256' })],
    ['an `exp` in the past', sign(RINGING, KEY, { claims: `{"payload":${RINGING},"exp":${nowS - 61}}` })],
    ['an `nbf` to come', sign(RINGING, KEY, { claims: `{"payload":${RINGING},"nbf":${nowS + 61}}` })],
    ['a token made for another body', sign(other, KEY)],
    ['a token that says nothing of the body', sign(RINGING, KEY, { claims: '{}' })],
  ])('is refused, and logged without a word of it: %s', async (_what, token) => {
    expect((await centre.post(RINGING, { token })).status).toBe(401);
    expect(centre.back.inbox).toEqual([]);
    const lines = centre.logged.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as object)).toMatchObject([
      { level: 'warn', msg: 'webhook refused', section: 'call-event', because: expect.any(String) },
    ]);
    for (const secret of [CALLER, CALL_ID, TOKEN, KEY]) expect(centre.logged).not.toContain(secret);
  });

  it('is too large at a megabyte', async () => {
    expect((await centre.post(`{"a":"${'x'.repeat(1_000_000)}"}`, { token: 'a.b.c' })).status).toBe(413);
  });

  it('is all that there is when nothing is configured', async () => {
    await centre.close();
    centre = new Centre();
    await centre.open({ ...CONFIG, ringover: undefined });
    expect((await centre.post(RINGING)).status).toBe(404);
    expect((await centre.post(RINGING, { path: 'call-event/undefined' })).status).toBe(404);
  });

  it('never breaks us, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 300 }), fc.boolean(), async (body, isSigned) => {
        const token = isSigned ? sign(body, KEY) : body.replace(/[^\x21-\x7e]/g, 'x');
        const path = isSigned ? `smart-routing/${TOKEN}` : `call-event/${TOKEN}`;
        expect((await centre.post(body, { path, token })).status).toBe(isSigned ? 200 : 401);
      }),
      { numRuns: 60, seed: 20_261_121 },
    );
  });
});

describe('a call that rings', () => {
  it('is offered to the stream that will come', async () => {
    await centre.post(RINGING);
    expect([...centre.back.ringing.values()]).toEqual([
      {
        carrier: 'ringover',
        carrierCallId: CALL_ID,
        number: '+33184990011',
        from: `+${CALLER}`,
        to: '+33184990011',
        atMs: NOW.getTime(),
      },
    ]);
  });

  it('is offered at the number that it comes from when we call out', async () => {
    await centre.post(RINGING.replace('inbound', 'outbound'));
    expect(centre.back.ringing.get(CALL_ID)?.number).toBe(`+${CALLER}`);
  });

  it('is not offered when it has no number of ours', async () => {
    await centre.post(RINGING.replace('33184990011', 'anonymous'));
    expect(centre.back.ringing.size).toBe(0);
  });

  it('tells a call whose stream was quicker who calls, and since when', async () => {
    centre.back.live.push(liveCall(1, { carrierCallId: CALL_ID, from: null, to: '+33184990099' }));
    await centre.post(RINGING);
    expect(centre.back.live).toMatchObject([
      { from: `+${CALLER}`, to: '+33184990099', ringingAt: new Date(1_789_034_600_000).toISOString() },
    ]);
    expect(centre.back.ringing.size).toBe(0);
  });

  it('does not unsettle what a call knows already', async () => {
    const known = liveCall(1, { carrierCallId: CALL_ID, from: '+33600000000', ringingAt: NOW.toISOString() });
    centre.back.live.push(known);
    await centre.post(RINGING);
    expect(centre.back.live).toEqual([known]);
  });

  it('is no longer offered after it ended, whichever word came first', async () => {
    await centre.post(HANG_UP);
    await centre.post(RINGING);
    expect(centre.back.ringing.size).toBe(0);
  });
});

describe('a call that was answered', () => {
  it('knows since when', async () => {
    centre.back.live.push(liveCall(1, { carrierCallId: CALL_ID }));
    await centre.post(bodyOf('answered'));
    expect(centre.back.live).toMatchObject([{ answeredAt: new Date(1_789_034_630_500).toISOString() }]);
  });
});

describe('a call that was hung up', () => {
  it('is told so, and its record waits no longer', async () => {
    centre.back.live.push(liveCall(1, { carrierCallId: CALL_ID, state: 'ended' }));
    centre.back.waiting.add(liveCall(1).id);
    await centre.post(HANG_UP);
    expect(centre.back.live).toMatchObject([{ hungUpAt: HUNG_UP_AT.toISOString() }]);
    expect([centre.back.waiting.size, centre.back.amended.length]).toEqual([0, 0]);
  });

  it('is amended when its record was stored without this word', async () => {
    await centre.post(HANG_UP);
    expect(centre.back.amended).toEqual([{ carrierCallId: CALL_ID, ending: 'confirmed', endedAt: HUNG_UP_AT }]);
  });
});

describe('a caller who was heard to the end', () => {
  it.each([
    ['inbound', `+${CALLER}`],
    ['outbound', '+33184990011'],
  ] as const)('is known to have spoken with this agent: %s', async (direction, caller) => {
    const call = liveCall(1, { carrierCallId: CALL_ID, direction, from: `+${CALLER}`, to: '+33184990011' });
    centre.back.live.push(call);
    await centre.post(HANG_UP);
    expect([...centre.back.lastAgents]).toEqual([[caller, call.agentId]]);
  });
});

describe('a call that was missed', () => {
  it('stands in the records, and is offered to nobody', async () => {
    await centre.post(RINGING);
    await centre.post(bodyOf('missed', ',"start_time":1789034600,"hangup_time":1789034629.9,"reason":"OUT_PLANNING"'));
    expect(centre.back.missed).toEqual([
      {
        carrier: 'ringover',
        carrierCallId: CALL_ID,
        direction: 'inbound',
        from: `+${CALLER}`,
        to: '+33184990011',
        ringingAt: new Date(1_789_034_600_000),
        endedAt: HUNG_UP_AT,
      },
    ]);
    expect(centre.back.ringing.size).toBe(0);
  });
});

describe('while a store is gone', () => {
  it('Redis: webhooks go to Postgres at once, and do there what they can', async () => {
    centre.back.down.add('redis');
    const missed = bodyOf('missed');
    expect((await centre.post(missed)).status).toBe(200);
    expect((await centre.post(missed)).status).toBe(200);
    expect(centre.back.saved).toMatchObject([{ body: missed, receivedAt: NOW, verifiedBy: 'jwt-v1' }]);
    expect(centre.back.missed).toHaveLength(1);
    expect(centre.logged).not.toContain(CALLER);
  });

  it('Redis: what belongs to a call’s record goes to Postgres with them', async () => {
    centre.back.down.add('redis');
    const body = `{"event":"aftercall","resource":"aftercall","data":{"call_id":${CALL_ID},"comments":"x"}}`;
    expect((await centre.post(body)).status).toBe(200);
    expect(centre.back.notes).toMatchObject([{ carrierCallId: CALL_ID, type: 'comments', data: { comments: 'x' } }]);
  });

  it('neither: what belongs to a call’s record is marked as such', async () => {
    await centre.post(`{"event":"aftercall","resource":"aftercall","data":{"call_id":${CALL_ID},"comments":"x"}}`);
    await centre.post(RINGING);
    expect(centre.back.marks).toEqual([`ringover ${CALL_ID}`]);
  });

  it('Postgres: they wait in Redis', async () => {
    centre.back.down.add('postgres');
    expect((await centre.post(bodyOf('missed'))).status).toBe(200);
    expect(centre.back.inbox).toHaveLength(1);
  });

  it('both: the carrier is asked to come again', async () => {
    centre.back.down.add('redis').add('postgres');
    expect((await centre.post(RINGING)).status).toBe(503);
    expect(await centre.metrics.text()).toMatch(/webhooks_total\{.*outcome="failed".*\} 1/);
    centre.back.down.clear();
    expect((await centre.post(RINGING)).status).toBe(200);
    expect(centre.back.ringing.size).toBe(1);
  });
});
