import { describe, expect, it } from '@jest/globals';
import { CarrierError } from '@app/conversation/ports';
import { MemoryToggleStates } from '@app/conversation/testing';
import { FakeClock } from '@app/kernel/testing';
import { LocalRequestGate } from '@app/live-state/testing';
import { failedFetch, type Reply, scriptedFetch } from '../../testing/scripted-fetch.js';
import { RINGOVER_API_URLS, RINGOVER_REST_DEFAULTS, type RingoverRestSettings } from './rest.settings.js';
import { RingoverRest } from './ringover-rest.js';

const JSON_TYPE = 'application/json';
const CALLBACK = { to: '+33612345678', from: '+33184990011' };

function open(replies: Reply[], settings: Partial<RingoverRestSettings> = {}) {
  const clock = new FakeClock();
  const { fetch, sent } = scriptedFetch(...replies);
  const gate = new LocalRequestGate(clock, () => 500);
  const rest = new RingoverRest(
    { ...RINGOVER_REST_DEFAULTS, url: RINGOVER_API_URLS.eu, apiKey: 'a-key', ...settings },
    { gate, clock, fetch, toggles: new MemoryToggleStates() },
  );
  return { rest, clock, sent, gate };
}

/** The error of what is asked, while time goes on as far as it must. */
async function failureOf(asked: Promise<unknown>, clock: FakeClock, withinMs = 120_000): Promise<CarrierError> {
  const outcome = asked.then(
    () => new Error('it did not fail'),
    (error: unknown) => error,
  );
  await clock.advance(withinMs);
  const error = await outcome;
  expect(error).toBeInstanceOf(CarrierError);
  return error as CarrierError;
}

describe('asking Ringover', () => {
  it('sends the key raw, and reads ids beyond 2^53 to their last digit', async () => {
    const { rest, sent } = open([
      { status: 200, body: '{"call_id":18345678901234567891,"channel_id":912345678}', type: JSON_TYPE },
    ]);

    expect(await rest.ask('callback', CALLBACK)).toEqual({
      callId: '18345678901234567891',
      channelId: '912345678',
    });
    expect(sent).toEqual([
      {
        method: 'POST',
        url: 'https://public-api.ringover.com/v2/callback',
        headers: { authorization: 'a-key', accept: JSON_TYPE, 'content-type': JSON_TYPE },
        body: { from_number: 33184990011, to_number: 33612345678, timeout: 30, clir: false, device: 'ALL' },
      },
    ]);
  });

  it.each([
    ['204', { status: 204 }],
    ['200 and nothing', { status: 200, body: '' }],
    ['200 and a blank', { status: 200, body: ' \n' }],
  ])('takes %s for an empty list', async (_what, reply) => {
    const { rest } = open([reply]);

    expect(await rest.ask('ivrs', {})).toEqual([]);
  });

  it.each([
    ['a list by name', { ivr_list: [{ ivr_id: 7 }] }],
    ['a list', { list: [{ ivr_id: 7 }], list_count: 1 }],
    ['rows alone', [{ ivr_id: 7 }]],
    ['a row without an id beside one', [{ name: 'no id' }, { ivr_id: 7 }]],
  ])('reads %s', async (_what, body) => {
    const { rest } = open([{ status: 200, body }]);

    expect(await rest.ask('ivrs', {})).toMatchObject([{ id: '7' }]);
  });

  it('reads a call of several segments', async () => {
    const body = `{"list":[{"cdr_id":1,"call_id":1834567890123456789,"direction":"in","start_time":"2026-11-21T10:00:00+01:00",
      "from_number":33612345678,"user":null,"amd":false,"is_answered":true,"last_state":"BLIND_TRANSFERED"},
      {"cdr_id":2,"call_id":1834567890123456789,"direction":"out","user":{"user_id":42},"amd":true}],"list_count":2}`;
    const { rest } = open([{ status: 200, body, type: JSON_TYPE }]);

    expect(await rest.ask('call', { callId: '1834567890123456789' })).toMatchObject([
      {
        ...{ cdrId: '1', callId: '1834567890123456789', direction: 'inbound', from: '+33612345678', isMachine: false },
        ...{ startedAt: new Date('2026-11-21T09:00:00Z'), isAnswered: true, lastState: 'BLIND_TRANSFERED' },
      },
      { cdrId: '2', callId: '1834567890123456789', direction: 'outbound', userId: '42', isMachine: true },
    ]);
  });

  it.each([
    ['one date of two', { from: new Date(0) }],
    ['more than 15 days', { from: new Date(0), to: new Date(15 * 86_400_000 + 1) }],
    ['dates in the wrong order', { from: new Date(1), to: new Date(0) }],
    ['a limit over 1000', { limit: 1_001 }],
    ['an offset over 9000', { offset: 9_001 }],
  ])('does not ask the history for %s', async (_what, query) => {
    const { rest, clock, sent } = open([{ status: 200, body: {} }]);

    expect((await failureOf(rest.ask('calls', query), clock)).code).toBe('carrier.cannot');
    expect(sent).toEqual([]);
  });

  it('lets no id lead to another address', async () => {
    const { rest, clock, sent } = open([{ status: 200, body: {} }]);

    expect((await failureOf(rest.ask('user', { userId: '../teams' }), clock)).code).toBe('carrier.cannot');
    expect(sent).toEqual([]);
  });
});

describe('a refusal', () => {
  const invalid = { status: 401, body: { error: 'Invalid user' } };

  it('of a key that is unknown is told apart from one of a grant that is missing', async () => {
    const unknown = open([invalid]);
    const missing = open([invalid, { status: 200, body: { team_id: 1, name: 'A team' } }]);

    const wrongKey = await failureOf(unknown.rest.ask('callback', CALLBACK), unknown.clock);
    expect(wrongKey).toMatchObject({ code: 'carrier.wrong-key', grant: undefined, retryable: false, uncertain: false });
    const noGrant = await failureOf(missing.rest.ask('callback', CALLBACK), missing.clock);
    expect(noGrant).toMatchObject({ code: 'carrier.missing-grant', grant: 'Calls: write', uncertain: false });
    expect(missing.sent.map(({ url }) => url.slice(-9))).toEqual(['/callback', '/v2/teams']);
  });

  it('stays open when nobody can tell', async () => {
    const { rest, clock } = open([invalid, failedFetch('ECONNRESET')]);

    expect(await failureOf(rest.ask('users', {}), clock)).toMatchObject({ code: 'carrier.refused' });
  });

  it.each([
    [400, { error: 'bad' }, 'carrier.refused'],
    [402, { error: 'pay' }, 'carrier.refused'],
    [404, { error: 'no user' }, 'carrier.not-found'],
    [404, '404 page not found', 'carrier.cannot'],
    [500, 'oops', 'carrier.unreachable'],
    [302, '', 'carrier.refused'],
    [200, '<html>', 'carrier.unreadable'],
    [200, { list: 'none' }, 'carrier.unreadable'],
  ])('of %i with %j is typed', async (status, body, code) => {
    const { rest, clock } = open([{ status, body }]);

    expect((await failureOf(rest.ask('users', {}), clock)).code).toBe(code);
  });

  it('never repeats what the answer said about somebody', async () => {
    const { rest, clock } = open([{ status: 400, body: { error: 'no such contact: Léa Durand +33612345678' } }]);

    expect((await failureOf(rest.ask('contacts', {}), clock)).message).toBe('ringover: refused: status 400');
  });
});

describe('being told to slow down', () => {
  const slowDown = { status: 429, body: { error: 'too many' } };

  it('asks again what only looks, later and later, and holds everybody back meanwhile', async () => {
    const { rest, clock, sent } = open([slowDown, slowDown, { status: 204 }]);
    const asked = rest.ask('currentCalls', {});
    await clock.advance(999);
    expect(sent).toHaveLength(1);
    await clock.advance(1);
    expect(sent).toHaveLength(2);
    await clock.advance(1_999);
    expect(sent).toHaveLength(2);
    await clock.advance(1);

    expect(await asked).toEqual({ calls: [], total: 0 });
  });

  it('never asks a callback again', async () => {
    const { rest, clock, sent } = open([slowDown, { status: 200, body: { call_id: 1, channel_id: 2 } }]);

    const failure = await failureOf(rest.ask('callback', CALLBACK), clock);

    expect(failure).toMatchObject({ code: 'carrier.overloaded', uncertain: false, retryable: true });
    expect(sent).toHaveLength(1);
  });

  it('gives up when the caller does, or after a minute', async () => {
    const [one, other] = [open([slowDown]), open([slowDown])];
    const patience = new AbortController();
    const asked = one.rest.ask('users', {}, { signal: patience.signal });
    await one.clock.advance(100);
    patience.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');

    expect(await failureOf(other.rest.ask('users', {}), other.clock, 61_000)).toMatchObject({
      code: 'carrier.overloaded',
    });
  });
});

describe('a callback whose outcome is not known', () => {
  it.each<[string, Reply[], string]>([
    ['gets no answer', ['silence'], 'carrier.timed-out'],
    ['loses its connection', [failedFetch('ECONNRESET')], 'carrier.unreachable'],
    ['is answered by a broken server', [{ status: 502, body: 'bad gateway' }], 'carrier.unreachable'],
    ['is answered by something else', [{ status: 200, body: { ok: true } }], 'carrier.unreadable'],
    ['is answered by nothing', [{ status: 200, body: '' }], 'carrier.unreadable'],
  ])('because it %s is uncertain, and not sent again', async (_what, replies, code) => {
    const { rest, clock, sent } = open(replies);

    expect(await failureOf(rest.ask('callback', CALLBACK), clock)).toMatchObject({
      ...{ code, uncertain: true, retryable: false },
    });
    expect(sent).toHaveLength(1);
  });

  it('is certain not to have begun when nobody was reached', async () => {
    const { rest, clock } = open([failedFetch('ECONNREFUSED')]);

    expect(await failureOf(rest.ask('callback', CALLBACK), clock)).toMatchObject({
      ...{ code: 'carrier.unreachable', uncertain: false, retryable: true },
    });
  });

  it('is uncertain when its caller gives up after it was sent', async () => {
    const { rest, clock } = open(['silence']);
    const patience = new AbortController();
    const asked = rest.ask('callback', CALLBACK, { signal: patience.signal });
    const failure = failureOf(asked, clock, 10);
    await clock.advance(10);
    patience.abort(new Error('enough'));

    expect(await failure).toMatchObject({ code: 'carrier.timed-out', uncertain: true });
  });
});

describe('a toggle', () => {
  const mute = { channelId: '912345678', toggle: 'mute', on: true } as const;

  it('is switched once, however often it is asked for', async () => {
    const { rest, sent, clock } = open([{ status: 200, body: {} }]);
    expect(await rest.switchTo(mute)).toBe('switched');
    expect(await rest.switchTo(mute)).toBe('already');
    expect(sent.map(({ method, url }) => [method, new URL(url).pathname])).toEqual([
      ['POST', '/v2/channels/912345678/events/mute/toggle'],
    ]);

    const off = rest.switchTo({ ...mute, on: false });
    await clock.advance(500);
    expect(await off).toBe('switched');
    expect(sent).toHaveLength(2);
  });

  it('stands as before when switching it was refused', async () => {
    const { rest, clock, sent } = open([
      { status: 404, body: { error: 'unknown channel' } },
      { status: 200, body: {} },
    ]);
    expect((await failureOf(rest.switchTo(mute), clock)).code).toBe('carrier.unknown-call');

    expect(await rest.switchTo(mute)).toBe('switched');
    expect(sent).toHaveLength(2);
  });

  it('is left alone when its last request got no answer, until somebody says how it stands', async () => {
    const { rest, clock, sent } = open(['silence', { status: 200, body: {} }]);
    expect(await failureOf(rest.switchTo(mute), clock)).toMatchObject({ uncertain: true });
    expect((await failureOf(rest.switchTo(mute), clock)).code).toBe('carrier.cannot');
    expect(sent).toHaveLength(1);

    await rest.assumeSwitched(mute.channelId, 'mute', true);
    expect(await rest.switchTo(mute)).toBe('already');
    expect(await rest.switchTo({ ...mute, on: false })).toBe('switched');
  });
});

describe('hanging up', () => {
  const hangUp = { method: 'DELETE', path: '/channels/{channel_id}' } as const;

  it('cannot be done while no way is configured', async () => {
    const { rest, clock, sent } = open([{ status: 200 }]);

    expect(rest.canHangUp).toBe(false);
    expect((await failureOf(rest.hangUp({ channelId: '1' }), clock)).code).toBe('carrier.cannot');
    expect(sent).toEqual([]);
  });

  it('goes before all that waits, and comes again until it is heard', async () => {
    const { rest, clock, sent } = open(
      [{ status: 204 }, { status: 429, body: {} }, { status: 200, body: {} }, { status: 204 }],
      { hangUp },
    );
    const asked = [rest.ask('users', {}), rest.ask('groups', {}), rest.hangUp({ channelId: '912' })];
    await clock.advance(5_000);
    await Promise.all(asked);

    expect(sent.map(({ method, url }) => `${method} ${new URL(url).pathname}`)).toEqual([
      ...['GET /v2/users', 'DELETE /v2/channels/912', 'DELETE /v2/channels/912', 'GET /v2/groups'],
    ]);
  });

  it('of a call that is gone is done', async () => {
    const { rest } = open([{ status: 404, body: { error: 'unknown channel' } }], { hangUp });

    await expect(rest.hangUp({ channelId: '912' })).resolves.toBeUndefined();
  });

  it('at a path that is none is told', async () => {
    const { rest, clock } = open([{ status: 404, body: '404 page not found' }], { hangUp });

    expect((await failureOf(rest.hangUp({ channelId: '912' }), clock)).code).toBe('carrier.cannot');
  });
});
