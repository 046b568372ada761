import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { signBody, signToken } from '../testing/signed-webhook.js';
import { type RingoverSection, type RingoverWebhookRules, verifyWebhook } from './ringover.webhooks.js';

const KEY = 'the-key-of-a-section';
const NOW = new Date('2026-11-21T12:00:00Z');
const TIME = String(NOW.getTime() / 1_000);
const URL_OF_HOOK = 'https://centre.example.com/api/v1/webhooks/ringover/call-event/token?x=1';
const BODY = '{"event":"ringing","resource":"call","data":{"call_id":18345678901234567890}}';
const CODE = '{"event":"ivr_response_code","resource":"call","data":{"call_id":1,"code":12}}';

type Headers = Record<string, string>;
const v3 = (text: string, time = TIME, key = KEY): Headers => ({
  'x-ringover-webhook-signature-v3': createHmac('sha256', key).update(text).digest('base64'),
  'x-ringover-request-signature-v3-timestamp': time,
});
const legacy = (body: string, key = KEY): Headers => ({
  'x-ringover-signature': createHmac('sha256', key).update(body).digest('hex'),
});

function verify(
  headers: Headers,
  rules: Partial<RingoverWebhookRules> = {},
  { section = 'call-event', body = BODY }: { section?: RingoverSection; body?: string } = {},
) {
  const keys = { [section]: KEY };
  const verdict = verifyWebhook(
    { section, headers, body, url: URL_OF_HOOK },
    { keys, binding: 'strict', ...rules },
    NOW,
  );
  return verdict.ok ? verdict.verifiedBy : `refused: ${verdict.because}`;
}
const only = (mode: NonNullable<RingoverWebhookRules['modes']>[RingoverSection]) => ({
  modes: { 'call-event': mode! },
});

describe('a signature of the third version', () => {
  const hmac = only(['hmac-v3']);
  it.each<[string, Headers, Partial<RingoverWebhookRules>]>([
    ['method, address, body and time', v3(`POST${URL_OF_HOOK}${BODY}${TIME}`), hmac],
    ['a time in milliseconds', v3(`POST${URL_OF_HOOK}${BODY}${NOW.getTime()}`, String(NOW.getTime())), hmac],
    [
      'path and query alone, with line ends between',
      v3(['POST', '/api/v1/webhooks/ringover/call-event/token?x=1', BODY, TIME].join('\n')),
      { ...hmac, v3: { separator: '\n', address: 'path', windowS: 300 } },
    ],
    ['a time at the edge of the window', v3(`POST${URL_OF_HOOK}${BODY}${+TIME - 300}`, String(+TIME - 300)), hmac],
  ])('is taken over %s', (_what, headers, rules) => {
    expect(verify(headers, rules)).toBe('hmac-v3');
  });

  it.each<[string, Headers, string]>([
    ['none', {}, 'no-signature'],
    ['another key', v3(`POST${URL_OF_HOOK}${BODY}${TIME}`, TIME, 'other'), 'wrong-key'],
    ['another body', v3(`POST${URL_OF_HOOK}${BODY.replace('1834', '1835')}${TIME}`), 'wrong-key'],
    ['another address', v3(`POST${URL_OF_HOOK}2${BODY}${TIME}`), 'wrong-key'],
    ['another time than it was signed with', v3(`POST${URL_OF_HOOK}${BODY}${TIME}`, String(+TIME + 1)), 'wrong-key'],
    ['a replay', v3(`POST${URL_OF_HOOK}${BODY}${+TIME - 301}`, String(+TIME - 301)), 'out-of-window'],
    ['a time to come', v3(`POST${URL_OF_HOOK}${BODY}${+TIME + 301}`, String(+TIME + 301)), 'out-of-window'],
    ['no time', v3(`POST${URL_OF_HOOK}${BODY}`, ''), 'malformed'],
    ['words for a time', v3(`POST${URL_OF_HOOK}${BODY}soon`, 'soon'), 'malformed'],
  ])('is refused with %s', (_what, headers, because) => {
    expect(verify(headers, hmac)).toBe(`refused: ${because}`);
  });
});

describe('a signature in hex', () => {
  it('is taken over the body, where it is asked for', () => {
    expect(verify(legacy(BODY), only(['legacy-hex']))).toBe('legacy-hex');
    expect(verify(legacy(BODY))).toBe('refused: no-signature');
  });

  it.each<[string, Headers, string]>([
    ['another key', legacy(BODY, 'other'), 'wrong-key'],
    ['another body', legacy(`${BODY} `), 'wrong-key'],
    ['capitals', { 'x-ringover-signature': legacy(BODY)['x-ringover-signature']!.toUpperCase() }, 'malformed'],
    ['half of it', { 'x-ringover-signature': 'abcd' }, 'malformed'],
  ])('is refused with %s', (_what, headers, because) => {
    expect(verify(headers, only(['legacy-hex']))).toBe(`refused: ${because}`);
  });
});

describe('the key itself', () => {
  const search = { section: 'contact-search' } as const;
  const base64 = Buffer.from(KEY).toString('base64');

  it.each<[string, Headers]>([
    ['bare', { authorization: KEY }],
    ['as a bearer of its Base64', { authorization: `Bearer ${base64}` }],
    ['in place of a signature', { 'x-ringover-webhook-signature': KEY }],
  ])('is taken for a contact search, %s', (_how, headers) => {
    expect(verify(headers, {}, search)).toBe('api-key');
  });

  it('is taken beside a token that is signed', () => {
    expect(verify({ 'x-ringover-webhook-signature': signBody(BODY, KEY) }, {}, search)).toBe('jwt-v1');
  });

  it.each<[string, Headers]>([
    ['another key', { authorization: 'other' }],
    ['another key as Base64', { authorization: `Bearer ${Buffer.from('other').toString('base64')}` }],
    ['a bearer of the bare key', { authorization: `Bearer ${KEY}` }],
  ])('is refused when it is %s', (_what, headers) => {
    expect(verify(headers, {}, search)).toMatch(/^refused: (wrong-key|malformed)$/);
  });

  it('proves nothing where it is not asked for', () => {
    expect(verify({ authorization: KEY })).toMatch(/^refused/);
  });
});

describe('a flat token that names neither a call nor an event', () => {
  const SEARCH = '{"event":"contact","ressource":"search","data":{"query_search":"Léa","user_id":7}}';
  const at = { section: 'contact-search', body: SEARCH } as const;
  const flat = (claims: string) => ({ 'x-ringover-webhook-signature': signToken(claims, KEY) });

  it('is for a body that is the same altogether', () => {
    expect(verify(flat(SEARCH), {}, at)).toBe('jwt-v1');
    expect(verify(flat(SEARCH.replace('Léa', 'Léo')), {}, at)).toMatch(/^refused/);
    expect(verify(flat('{"event":"contact","data":{}}'), {}, at)).toMatch(/^refused/);
  });
});

describe('the address alone', () => {
  it('is enough where nothing else is asked for, whatever the delivery bears', () => {
    expect(verify({}, only(['token']))).toBe('token');
    expect(verify({ 'x-ringover-webhook-signature': 'a.b.c' }, only(['token']))).toBe('token');
    expect(verify({}, { ...only(['token']), keys: {} })).toBe('token');
  });

  it('is enough beside others for what is not signed; what is signed must be signed well', () => {
    expect(verify({}, only(['jwt-v1', 'token']))).toBe('token');
    expect(verify({ 'x-ringover-webhook-signature': signBody(BODY, 'other') }, only(['jwt-v1', 'token']))).toBe(
      'refused: wrong-key',
    );
  });

  it('is not enough for a section without a key that asks for one', () => {
    expect(verify({}, { modes: { 'smart-routing': ['jwt-v1'] }, keys: {} }, { section: 'smart-routing' })).toBe(
      'refused: no-key',
    );
  });
});

describe('a code that a caller typed', () => {
  const at = { section: 'smart-routing', body: CODE } as const;
  const keys = { 'smart-routing': KEY, 'call-event': 'the-other-key' };
  const signed = (key: string) => ({ 'x-ringover-webhook-signature': signBody(CODE, key) });

  it('is taken signed with the key of its section or of the calls, or not signed at all', () => {
    expect(verify(signed(KEY), { keys }, at)).toBe('jwt-v1');
    expect(verify(signed('the-other-key'), { keys }, at)).toBe('jwt-v1');
    expect(verify({}, { keys }, at)).toBe('token');
  });

  it('is refused signed with neither key, and unsigned where that is not let in', () => {
    expect(verify(signed('a-third'), { keys }, at)).toBe('refused: wrong-key');
    expect(verify({}, { keys, unsignedCodes: false }, at)).toBe('refused: no-signature');
  });

  it('lends nothing of this to a question of routing', () => {
    const routing = { section: 'smart-routing', body: CODE.replace('ivr_response_code', 'routing') } as const;
    const other = { 'x-ringover-webhook-signature': signBody(routing.body, 'the-other-key') };
    expect(verify(other, { keys }, routing)).toBe('refused: wrong-key');
    expect(verify({}, { keys }, routing)).toBe('refused: no-signature');
  });
});
