import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentId } from '@app/kernel';
import type { RouteCandidate } from '@app/persistence';
import { until } from '../../../../test/until.js';
import { CENTRE_NOW, CENTRE_TOKEN, WebhookCentre } from './testing/webhook-centre.js';
import { sign, webhooksConfig } from './testing/webhook-fakes.js';

const KEY = 'a-key-of-their-own';
const NUMBER = '+33184990011';
const CALL_ID = '18345678901234567890';
const KEYS = { 'call-event': 'k', 'contact-call': KEY, 'contact-search': KEY, 'smart-routing': KEY };

let centre: WebhookCentre;
const open = async (given: Partial<Parameters<typeof webhooksConfig>[0]> = {}) => {
  centre = new WebhookCentre();
  await centre.open(webhooksConfig({ token: CENTRE_TOKEN, keys: KEYS, ...given }));
};
beforeEach(() => open());
afterEach(() => centre.close());

const question = (event: string, resource: string, data: string): string =>
  `{"event":"${event}","resource":"${resource}","timestamp":1789034550.9,"data":{${data}}}`;
const ofCall = (event: string, to: string | number = '33184990011', direction = 'inbound') =>
  question(
    event,
    'call',
    `"call_id":${CALL_ID},"direction":"${direction}","from_number":33612345678,"to_number":${JSON.stringify(to)}`,
  );
const ask = async (section: string, body: string, token: string | undefined = sign(body, KEY)) => {
  const { status, text } = await centre.post(body, { path: `${section}/${CENTRE_TOKEN}`, token });
  return { status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
};

describe('smart routing', () => {
  const agent = (name: string, changes: Partial<RouteCandidate> = {}): RouteCandidate => ({
    ...{ agentId: name as AgentId, slug: name, lines: 2, hours: null },
    numbers: [{ carrier: 'ringover', e164: NUMBER }],
    ...changes,
  });
  const ours = async (...candidates: RouteCandidate[]) => {
    centre.back.numbers.push({ carrier: 'ringover', e164: NUMBER, candidates });
    await centre.clock.advance(5_000); // what was read at the start is old by then
  };
  const rung = (answer: { body?: unknown }) =>
    (answer.body as { agents: { number: number }[] }).agents.map(({ number }) => number);
  const route = () => centre.back.routes.get(CALL_ID);
  const routed = () => ask('smart-routing', ofCall('routing'));

  it('rings the agent of the number while it has a free line', async () => {
    await ours(agent('clara'));
    centre.back.linesUsed.set('clara', 1);
    const answer = await routed();
    expect(answer).toMatchObject({ status: 200, body: { name: 'redirections', dispatch: 'ringall' } });
    expect(rung(answer)).toEqual([33_184_990_011]);
    expect(route()).toEqual({ number: NUMBER, agentId: 'clara', routedBy: 'routing: free line' });
  });

  it('rings the next one when no provider could carry a call of the first, and the safe number when none could of any', async () => {
    const providers = { recogniser: 'a/ear', model: 'a/mind', voice: 'a/mouth', voiceId: 'of clara' };
    const numbers = [{ carrier: 'ringover', e164: '+33184990012' }];
    const ben = agent('ben', { numbers, providers: { ...providers, voiceId: 'of ben' } });
    await ours(agent('clara', { providers }), ben);
    centre.mute.add('of clara');
    expect(rung(await routed())).toEqual([33_184_990_012]);
    centre.mute.add('of ben');
    await routed();
    expect(route()).toMatchObject({ agentId: null, routedBy: 'routing: safe, no provider' });
  });

  it('rings the next one when all lines of the first are in use, and the safe number when all are', async () => {
    await ours(agent('clara'), agent('ben', { lines: null, numbers: [{ carrier: 'ringover', e164: '+33184990012' }] }));
    centre.back.linesUsed.set('clara', 2).set('ben', 2);
    expect(rung(await routed())).toEqual([33_184_990_012]);
    centre.back.linesUsed.set('ben', 3);
    expect(rung(await routed())).toEqual([33_184_990_099]);
    expect(route()).toEqual({ number: NUMBER, agentId: null, routedBy: 'routing: safe, no line free' });
  });

  it('rings the agent whom the caller spoke with last, while that one is open and free', async () => {
    const closed = { timezone: 'UTC', week: { mon: [], tue: [], wed: [], thu: [], fri: [], sat: [], sun: [] } };
    const ben = agent('ben', { numbers: [{ carrier: 'ringover', e164: '+33184990012' }] });
    await ours(agent('clara'), ben, agent('closed', { hours: closed }));
    centre.back.lastAgents.set('+33612345678', 'ben');
    expect(rung(await routed())).toEqual([33_184_990_012]);
    expect(route()?.routedBy).toBe('routing: last agent');
    centre.back.linesUsed.set('ben', 2);
    expect(rung(await routed())).toEqual([33_184_990_011]);
    centre.back.lastAgents.set('+33612345678', 'closed');
    expect(rung(await routed())).toEqual([33_184_990_011]);
  });

  it('goes by the first rule that is for the call and whose agent is free, and says which one', async () => {
    await ours(agent('clara'));
    const ben = agent('ben', { numbers: [{ carrier: 'ringover', e164: '+33184990012' }] });
    const elsewhere = { number: '+33184990077' };
    centre.back.rules.push(
      { name: 'of others', conditions: { callerPrefixes: ['+44'] }, to: elsewhere },
      { name: 'French', conditions: { languages: ['fr'] }, to: { agent: ben } },
      { name: 'the rest', conditions: { contact: 'unknown' }, to: elsewhere },
    );
    const contact = { id: 'c', e164: '+33612345678', name: null, language: 'fr-FR', doNotCall: false };
    centre.back.bookedContacts.set('+33612345678', contact);
    await centre.clock.advance(5_000);
    await routed(); // begins to read anew, and goes by what was read before
    expect(rung(await routed())).toEqual([33_184_990_012]);
    expect(route()).toEqual({ number: NUMBER, agentId: 'ben', routedBy: 'rule: French' });
    centre.back.linesUsed.set('ben', 2);
    expect(rung(await routed())).toEqual([33_184_990_011]);
    expect(route()?.routedBy).toBe('routing: free line');
    centre.back.bookedContacts.clear();
    expect(rung(await routed())).toEqual([33_184_990_077]);
    expect(route()).toEqual({ number: NUMBER, agentId: null, routedBy: 'rule: the rest' });
  });

  it('passes over a rule whose agent nobody could speak for', async () => {
    await ours(agent('clara'));
    const providers = { recogniser: 'a/ear', model: 'a/mind', voice: 'a/mouth', voiceId: 'of ben' };
    const numbers = [{ carrier: 'ringover', e164: '+33184990012' }];
    centre.back.rules.push({ name: 'all', conditions: {}, to: { agent: agent('ben', { numbers, providers }) } });
    await centre.clock.advance(5_000);
    await routed();
    expect(rung(await routed())).toEqual([33_184_990_012]);
    centre.mute.add('of ben');
    expect(rung(await routed())).toEqual([33_184_990_011]);
    expect(route()?.routedBy).toBe('routing: free line');
  });

  it('rings the safe number out of hours', async () => {
    const day = (from: string, to: string) => ({
      mon: [],
      tue: [],
      wed: [],
      thu: [],
      fri: [],
      sun: [],
      sat: [{ from, to }],
    });
    await ours(agent('clara', { hours: { timezone: 'Europe/Paris', week: day('08:00', '12:59') } })); // it is 13:00 there
    expect(CENTRE_NOW.toISOString()).toBe('2026-11-21T12:00:00.000Z');
    expect(rung(await routed())).toEqual([33_184_990_099]);
    expect(route()?.routedBy).toBe('routing: safe, closed');
  });

  it('prefers the number that leads to an agent by another carrier', async () => {
    const numbers = [
      { carrier: 'ringover', e164: NUMBER },
      { carrier: 'ringover', e164: '+33184990012' },
      { carrier: 'twilio', e164: '+441632960001' },
    ];
    await ours(agent('clara', { numbers }));
    expect(rung(await routed())).toEqual([441_632_960_001]);
  });

  it.each([
    ['a number that is not ours', '33184990077', 'number unknown'],
    ['no number', 'anonymous', 'number unknown'],
  ])('rings the safe number for %s', async (_what, to, why) => {
    await ours(agent('clara'));
    expect(rung(await ask('smart-routing', ofCall('routing', to)))).toEqual([33_184_990_099]);
    expect(route()?.routedBy).toBe(`routing: safe, ${why}`);
  });

  it('rings nobody, and leaves the call to the scenario, when there is no safe number', async () => {
    await centre.close();
    await open({ safeRoute: [] });
    expect(await routed()).toMatchObject({ status: 200, body: { name: 'redirections', agents: [] } });
  });

  it('reads the numbers of the caller and of ours in either writing', async () => {
    await ours(agent('clara'));
    expect(rung(await ask('smart-routing', ofCall('routing', 33_184_990_011)))).toEqual([33_184_990_011]);
  });

  it('rings the safe number after 150 ms when Redis says nothing', async () => {
    await ours(agent('clara'));
    centre.back.stuck.add('redis');
    const answer = routed();
    await until(() => centre.clock.waiting > 0);
    await centre.clock.advance(149);
    const early = await Promise.race([answer, new Promise((resolve) => setImmediate(() => resolve('waits')))]);
    expect(early).toBe('waits');
    await centre.clock.advance(1);
    expect(rung(await answer)).toEqual([33_184_990_099]);
  });

  it('rings the safe number while Redis is gone, and while nothing was ever read from Postgres', async () => {
    await ours(agent('clara'));
    centre.back.down.add('redis');
    expect(rung(await routed())).toEqual([33_184_990_099]);
    centre.back.down.clear();
    await centre.close();
    await open();
    centre.back.down.add('postgres').add('redis');
    expect(rung(await routed())).toEqual([33_184_990_099]);
    expect(centre.logged).toContain('webhook answered, and lost');
  });

  it('is kept as it came, and answered again when it is asked again', async () => {
    await ours(agent('clara'));
    await routed();
    expect(rung(await routed())).toEqual([33_184_990_011]);
    expect(centre.back.inbox).toMatchObject([{ section: 'smart-routing', event: 'routing' }, { event: 'routing' }]);
  });

  it('is answered to nobody who does not sign', async () => {
    await ours(agent('clara'));
    const body = ofCall('routing');
    expect((await ask('smart-routing', body, sign(body, 'another'))).status).toBe(401);
    expect([centre.back.routes.size, centre.back.inbox.length]).toEqual([0, 0]);
  });
});

describe('a code that a caller types', () => {
  const code = question('ivr_response_code', 'call', `"call_id":${CALL_ID},"code":4821`);

  it('is taken and kept, signed or not, and answered with nothing', async () => {
    expect(await ask('smart-routing', code)).toEqual({ status: 200, body: undefined });
    expect((await centre.post(code, { path: `smart-routing/${CENTRE_TOKEN}`, token: undefined })).status).toBe(200);
    expect(centre.back.inbox.map(({ verifiedBy }) => verifiedBy)).toEqual(['jwt-v1', 'token']);
  });
});

describe('a question who calls', () => {
  const lea = { id: 'u-1', e164: '+33612345678', name: 'Léa Durand', facts: { segment: 'VIP' } };
  const asked = (direction = 'inbound') => ask('contact-call', ofCall('contact', '33184990011', direction));

  it('is answered with the contact of the caller’s number', async () => {
    centre.back.contacts.push(lea);
    expect(await asked()).toMatchObject({
      status: 200,
      body: { uuid: 'u-1', firstname: 'Léa', lastname: 'Durand', data: { segment: 'VIP' }, is_shared: true },
    });
  });

  it('means whom we call when the call goes out', async () => {
    centre.back.contacts.push({ ...lea, e164: NUMBER });
    expect((await asked('outbound')).status).toBe(200);
    expect((await asked()).status).toBe(404);
  });

  it.each([404, 204] as const)('is answered with %i and nothing for somebody unknown', async (unknownContact) => {
    await centre.close();
    await open({ unknownContact });
    expect(await asked()).toEqual({ status: unknownContact, body: undefined });
  });

  it('is answered as for somebody unknown while Postgres is gone, and when it says nothing in time', async () => {
    centre.back.contacts.push(lea);
    centre.back.down.add('postgres');
    expect((await asked()).status).toBe(404);
    centre.back.down.clear();
    centre.back.stuck.add('postgres');
    const answer = asked();
    await until(() => centre.clock.waiting > 0);
    await centre.clock.advance(400);
    expect((await answer).status).toBe(404);
  });
});

describe('a search for a contact', () => {
  const search = question('contact', 'search', '"query_search":"Léa","user_id":7').replace('"resource"', '"ressource"');

  it('is answered with an array, also of none', async () => {
    expect(await ask('contact-search', search)).toEqual({ status: 200, body: [] });
    centre.back.contacts.push({ id: 'u-1', e164: '+33612345678', name: 'Léa Durand', facts: {} });
    expect(await ask('contact-search', search)).toMatchObject({
      status: 200,
      body: [{ firstname: 'Léa', numbers: [{ number: 33_612_345_678, type: 'mobile' }] }],
    });
  });

  it('may come from a browser', async () => {
    const path = `contact-search/${CENTRE_TOKEN}`;
    const preflight = await centre.ask(path, { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*');
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST');
    const headers = { authorization: KEY };
    const answer = await centre.ask(path, { method: 'POST', body: search, headers });
    expect([answer.status, answer.headers.get('access-control-allow-origin')]).toEqual([200, '*']);
  });

  it('lets browsers in nowhere else, and nobody who does not know the address', async () => {
    const options = { method: 'OPTIONS' };
    const other = await centre.ask(`call-event/${CENTRE_TOKEN}`, options);
    expect(other.headers.get('access-control-allow-origin')).toBeNull();
    expect((await centre.ask('contact-search/a-wrong-token-of-length', options)).status).toBe(404);
  });
});
