import { describe, expect, it } from '@jest/globals';
import { signBody, signToken } from '../testing/signed-webhook.js';
import { type RingoverSection, verifyWebhook, type WebhookVerification } from './ringover.webhooks.js';

const KEY = 'a-key-of-the-call-event-section';
const NOW = new Date('2026-11-21T12:00:00Z');
const nowS = NOW.getTime() / 1_000;
const BODY =
  '{"event":"ringing","resource":"call","timestamp":1789034560.51,"attempt":1,' +
  '"data":{"call_id":18345678901234567890,"channel_id":912345678,"id":"u-1","from_number":"33612345678"}}';
const OTHER = BODY.replace('18345678901234567890', '18345678901234567891');

interface Asked {
  token?: string;
  body?: string;
  section?: RingoverSection;
  key?: string;
  binding?: 'strict' | 'lenient';
  headers?: Record<string, string>;
}

function verify(asked: Asked): WebhookVerification {
  const { token, body = BODY, section = 'call-event', key = KEY, binding = 'strict' } = asked;
  const headers = asked.headers ?? (token === undefined ? {} : { 'x-ringover-webhook-signature': token });
  return verifyWebhook({ section, headers, body }, { keys: { 'call-event': key }, binding }, NOW);
}

const flat = (data: string, more = ''): string =>
  signToken(`{"event":"ringing","resource":"call","data":${data}${more}}`, KEY);

describe('a webhook is taken', () => {
  it.each<[string, Asked]>([
    ['with a token for its body', { token: signBody(BODY, KEY) }],
    ['with an `exp` to come', { token: signBody(BODY, KEY, `,"exp":${nowS + 1}`) }],
    ['with an `exp` within the leeway', { token: signBody(BODY, KEY, `,"exp":${nowS - 59}`) }],
    ['with an `nbf` within the leeway', { token: signBody(BODY, KEY, `,"nbf":${nowS + 59}`) }],
    ['with an old `iat`', { token: signBody(BODY, KEY, `,"iat":${nowS - 86_400}`) }],
    [
      'with its keys in another order',
      {
        token: signBody(
          '{"data":{"id":"u-1","from_number":"33612345678","channel_id":912345678,"call_id":18345678901234567890},' +
            '"attempt":1,"timestamp":1789034560.51,"resource":"call","event":"ringing"}',
          KEY,
        ),
      },
    ],
    [
      'when only the attempt was counted up',
      { token: signBody(BODY, KEY), body: BODY.replace('"attempt":1', '"attempt":2') },
    ],
    ['with spaces in its body', { token: signBody(BODY, KEY), body: BODY.replaceAll('":', '": ') }],
    ['with a flat token that names the call', { token: flat('{"call_id":18345678901234567890}') }],
    ['with a flat token that holds its fields', { token: flat('{"id":"u-1","call_id":18345678901234567890}') }],
    ['with the deprecated header', { headers: { authorization: `Bearer ${signBody(BODY, KEY)}` } }],
  ])('%s', (_what, asked) => {
    expect(verify(asked)).toMatchObject({
      ok: true,
      verifiedBy: 'jwt-v1',
      body: { data: { call_id: '18345678901234567890' } },
    });
  });
});

describe('a webhook is refused', () => {
  const unsigned = (alg: string) => signToken(`{"payload":${BODY}}`, KEY, { header: `{"alg":"${alg}"}` });
  const parts = signBody(BODY, KEY).split('.');

  it.each<[string, Asked, string]>([
    ['without a token', {}, 'no-signature'],
    ['with an empty header', { token: '' }, 'no-signature'],
    ['with words for a token', { token: 'hello' }, 'malformed'],
    ['with the signature cut off', { token: `${parts[0]}.${parts[1]}.` }, 'malformed'],
    ['with padding', { token: `${parts.join('.')}==` }, 'malformed'],
    ['with a header that is no JSON', { token: signToken('{}', KEY, { header: 'HS512' }) }, 'malformed'],
    [
      'with critical extensions',
      { token: signToken('{}', KEY, { header: '{"alg":"HS512","crit":["b64"]}' }) },
      'malformed',
    ],
    ['with claims that are no object', { token: signToken('[]', KEY) }, 'malformed'],
    ['with another key', { token: signBody(BODY, 'another') }, 'wrong-key'],
    ['with a changed signature', { token: `${parts[0]}.${parts[1]}.${'A'.repeat(86)}` }, 'wrong-key'],
    ['with a signature of another length', { token: `${parts[0]}.${parts[1]}.AAAA` }, 'wrong-key'],
    ['with changed claims', { token: `${parts[0]}.${signBody(OTHER, KEY).split('.')[1]}.${parts[2]}` }, 'wrong-key'],
    ['with alg none', { token: unsigned('none') }, 'wrong-algorithm'],
    ['with alg hs512 in small letters', { token: unsigned('hs512') }, 'wrong-algorithm'],
    [
      'with alg HS256, well signed by the same key',
      { token: signToken(`{"payload":${BODY}}`, KEY, { header: '{"alg":"HS256"}', hash: 'sha256' }) },
      'wrong-algorithm',
    ],
    [
      'with HS256 under the name of HS512',
      { token: signToken(`{"payload":${BODY}}`, KEY, { hash: 'sha256' }) },
      'wrong-key',
    ],
    ['with an `exp` in the past', { token: signBody(BODY, KEY, `,"exp":${nowS - 61}`) }, 'expired'],
    ['with an `nbf` to come', { token: signBody(BODY, KEY, `,"nbf":${nowS + 61}`) }, 'not-yet-valid'],
    ['with an `exp` that is no number', { token: signBody(BODY, KEY, ',"exp":"never"') }, 'malformed'],
    ['with a token made for another body', { token: signBody(OTHER, KEY) }, 'other-body'],
    ['with a token that knows more', { token: signBody(BODY.replace('"id"', '"x":1,"id"'), KEY) }, 'other-body'],
    ['with a flat token for another call', { token: flat('{"call_id":18345678901234567891}') }, 'other-body'],
    [
      'with a flat token for another number',
      { token: flat('{"call_id":18345678901234567890,"from_number":"33600000000"}') },
      'other-body',
    ],
    [
      'with a flat token for another event',
      { token: flat('{"call_id":18345678901234567890}'), body: BODY.replace('ringing', 'hangup') },
      'other-body',
    ],
    ['with a flat token that names no call', { token: flat('{}') }, 'unbound'],
    [
      'with a token that says nothing of the body',
      { token: signToken('{"url":"https://example.com"}', KEY) },
      'unbound',
    ],
    ['with a payload that is a text', { token: signToken('{"payload":"hello"}', KEY) }, 'unbound'],
    ['with a body that is no JSON', { token: signBody(BODY, KEY), body: `${BODY},` }, 'not-json'],
    ['with a body that is a list', { token: signBody('[]', KEY), body: '[]' }, 'not-json'],
    ['with an empty body', { token: signBody(BODY, KEY), body: '' }, 'not-json'],
    ['when its section has no key', { token: signBody(BODY, KEY), section: 'contact-call' }, 'no-key'],
    ['when the key is empty', { token: signBody(BODY, ''), key: '' }, 'no-key'],
  ])('%s', (_what, asked, because) => {
    expect(verify(asked)).toEqual({ ok: false, because });
  });
});

describe('a lenient binding', () => {
  it('takes a signed token that says nothing of the body, and says so', () => {
    expect(verify({ token: signToken('{}', KEY), binding: 'lenient' })).toMatchObject({
      ok: true,
      verifiedBy: 'jwt-v1-unbound',
    });
  });

  it.each<[string, string, string]>([
    ['contradicts the body', signBody(OTHER, KEY), 'other-body'],
    ['is signed with another key', signToken('{}', 'another'), 'wrong-key'],
  ])('still refuses a token that %s', (_what, token, because) => {
    expect(verify({ token, binding: 'lenient' })).toEqual({ ok: false, because });
  });
});

describe('a section that is documented as unsigned', () => {
  it.each<RingoverSection>(['contact-search', 'smart-routing'])('goes by its address alone: %s', (section) => {
    expect(verify({ section })).toMatchObject({ ok: true, verifiedBy: 'token' });
    expect(verify({ section, body: 'no JSON' })).toEqual({ ok: true, verifiedBy: 'token', body: undefined });
  });

  it('is held to its key once it has one', () => {
    const rules = { keys: { 'contact-search': 'k' }, binding: 'strict' } as const;
    expect(verifyWebhook({ section: 'contact-search', headers: {}, body: BODY }, rules, NOW)).toEqual({
      ok: false,
      because: 'no-signature',
    });
  });
});
