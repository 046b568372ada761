import { createHash, createHmac } from 'node:crypto';

/** The same numbers for the same seed, from 0 to 1 (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export type Draw = ReturnType<typeof seeded>;
export const oneOf = <T>(draw: Draw, items: readonly T[]): T => items[Math.floor(draw() * items.length)] as T;

export const SECTION_KEYS = {
  'call-event': 'a-key-of-call-event',
  'contact-call': 'a-key-of-contact-call',
  'contact-search': 'a-key-of-contact-search',
  'smart-routing': 'a-key-of-smart-routing',
} as const;
export type Section = keyof typeof SECTION_KEYS;

/** One delivery, and whether a carrier could have sent it. */
export interface MadeDelivery {
  kind: 'valid' | 'mutated' | 'forged';
  /** What was done to it. */
  how: string;
  section: Section;
  token: string;
  headers: Record<string, string>;
  body: string;
}

const EVENTS: Readonly<Record<Section, readonly [resource: string, event: string][]>> = {
  'call-event': [
    ...['ringing', 'answered', 'hangup', 'missed', 'voicemail'].map((event): [string, string] => ['call', event]),
    ...['comments_updated', 'tags_updated', 'record_available', 'voicemail_available', 'aftercall'].map(
      (event): [string, string] => ['aftercall', event],
    ),
    ...['transcription_available', 'summary_available', 'empower'].map((event): [string, string] => [
      'aftercall',
      event,
    ]),
    ...['sent', 'received'].map((event): [string, string] => ['sms', event]),
    ['fax', 'received'],
    ['call', 'parked'],
  ],
  'contact-call': [['call', 'contact']],
  'contact-search': [['search', 'contact']],
  'smart-routing': [
    ['call', 'routing'],
    ['call', 'ivr_response_code'],
  ],
};

/** Unlike that of any other delivery: how a body is found again. */
const idOf = (n: number): string => String(10n ** 19n + BigInt(n) * 7_919n);

function dataOf(draw: Draw, n: number): Record<string, unknown> {
  const number = () => oneOf(draw, ['33612345678', '+33612345678', 33_612_345_678, 'anonymous', null]);
  const length = () => oneOf(draw, [12, '12', '01:02', '00:01:02', '30s']);
  return {
    call_id: idOf(n),
    channel_id: oneOf(draw, ['912345678', 912_345_678]),
    direction: oneOf(draw, ['inbound', 'outbound', 'IN']),
    ...{ from_number: number(), to_number: oneOf(draw, ['33184990011', 33_184_990_011, '33184990012']) },
    start_time: oneOf(draw, [1_789_034_560.21, 1_789_034_560_210, '2026-09-10T10:02:40Z']),
    ...{ user_id: oneOf(draw, ['USER22670001', 22_670_001, null]), is_ivr: oneOf(draw, [true, 1, 0]) },
    ...{ comments: 'Wants a quote', tags: oneOf(draw, [['lead'], [], null]), summary: 'Léa 🙂 calls back.' },
    ...{ record_link: 'https://example.com/r', record_duration: length(), voicemail_duration: length() },
    ...{ code: oneOf(draw, [4_821, '0042', 0]), query_search: oneOf(draw, ['Léa', '06 12', '%', '']), body: 'Bonjour' },
    ...{ message_id: n, duration_in_seconds: 61, answering_machine_detection: oneOf(draw, ['HUMAN', 'NOTSURE', '']) },
  };
}

/** As a carrier writes it: 64-bit ids as bare numbers or as texts. */
function bodyOf(section: Section, draw: Draw, n: number, attempt = 1): string {
  const [resource, event] = oneOf(draw, EVENTS[section]);
  const named = resource === 'search' && draw() < 0.5 ? { ressource: resource } : { resource };
  const timestamp = oneOf(draw, [1_789_034_630.02, 1_789_034_630, 1_789_034_630_020, '2026-09-10T10:03:50Z']);
  const json = JSON.stringify({ event, ...named, timestamp, attempt, data: dataOf(draw, n) });
  return draw() < 0.5 ? json : json.replace(/"call_id":"(\d+)"/, '"call_id":$1');
}

const WEIRD: readonly unknown[] = [
  null,
  true,
  -1,
  1e300,
  '',
  'x'.repeat(5_000),
  [],
  {},
  { a: { b: [] } },
  '\u0000',
  '\ud800',
  '💥',
];

/** What no document allows, and yet is signed. The call's id stays, so that it can be found again. */
function mutate(body: string, draw: Draw): string {
  const value = JSON.parse(body.replace(/"call_id":(\d+)/, '"call_id":"$1"')) as Record<string, unknown>;
  const data = value['data'] as Record<string, unknown>;
  const times = 1 + Math.floor(draw() * 4);
  for (let n = 0; n < times; n += 1) {
    const holder = draw() < 0.7 ? data : value;
    const key = oneOf(draw, Object.keys(holder));
    if (key === 'call_id' || key === 'data') continue;
    if (draw() < 0.3) delete holder[key];
    else holder[draw() < 0.2 ? '__proto__x' : key] = oneOf(draw, WEIRD);
  }
  if (draw() < 0.2) value['data'] = oneOf(draw, [[data], { nested: data }, JSON.stringify(data)]);
  return JSON.stringify(value, null, draw() < 0.2 ? 2 : 0);
}

const encode = (text: string): string => Buffer.from(text).toString('base64url');

export function signToken(claims: string, key: string, { alg = 'HS512', hash = 'sha512' } = {}): string {
  const signed = `${encode(JSON.stringify({ alg, typ: 'JWT' }))}.${encode(claims)}`;
  return `${signed}.${alg === 'none' ? '' : createHmac(hash, key).update(signed).digest('base64url')}`;
}
const jwt = (token: string) => ({ 'x-ringover-webhook-signature': token });
const v3 = (url: string, body: string, key: string, atS: number) => ({
  'x-ringover-webhook-signature-v3': createHmac('sha256', key).update(`POST${url}${body}${atS}`).digest('base64'),
  'x-ringover-request-signature-v3-timestamp': String(atS),
});
const legacy = (body: string, key: string) => ({
  'x-ringover-signature': createHmac('sha256', key).update(body).digest('hex'),
});

export interface Where {
  token: string;
  /** Of the section, as the carrier signs it. */
  urlOf: (section: Section) => string;
  nowS: number;
}

type Signing = (body: string, section: Section, key: string, where: Where) => Record<string, string>;

/** Every way that the centre of these tests takes. */
const SIGNINGS: Readonly<Record<string, { sections: readonly Section[]; sign: Signing }>> = {
  'jwt, payload': {
    sections: ['call-event', 'contact-call', 'contact-search', 'smart-routing'],
    sign: (body, section, key, { urlOf }) => jwt(signToken(`{"url":"${urlOf(section)}","payload":${body}}`, key)),
  },
  'hmac v3': {
    sections: ['call-event'],
    sign: (body, section, key, { urlOf, nowS }) => v3(urlOf(section), body, key, nowS),
  },
  'legacy hex': { sections: ['call-event'], sign: (body, _section, key) => legacy(body, key) },
  'api key': { sections: ['contact-search'], sign: (_body, _section, key) => ({ authorization: key }) },
  'api key, Base64': {
    sections: ['contact-search'],
    sign: (_body, _section, key) => ({ authorization: `Bearer ${Buffer.from(key).toString('base64')}` }),
  },
};

type Forgery = (made: MadeDelivery, where: Where) => Partial<MadeDelivery>;
const changed = (body: string): string =>
  body.replace(/"call_id":("?)(\d)/, (_all, quote: string) => `"call_id":${quote}2`);
const claimsOf = ({ body }: MadeDelivery, more = '') => `{"payload":${body}${more}}`;
const signedBy = (key: string) => (made: MadeDelivery) => ({ headers: jwt(signToken(claimsOf(made), key)) });

/** For sections that are signed; none of these may be let in. */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  'no signature': () => ({ headers: {} }),
  'another key': signedBy('another key'),
  'an empty key': signedBy(''),
  'the address as key': (made, { token }) => signedBy(token)(made),
  'the key of another section': (made) =>
    signedBy(made.section === 'contact-call' ? SECTION_KEYS['contact-search'] : SECTION_KEYS['contact-call'])(made),
  'alg none': (made) => ({ headers: jwt(signToken(claimsOf(made), '', { alg: 'none' })) }),
  'alg HS256': (made) => ({
    headers: jwt(signToken(claimsOf(made), SECTION_KEYS[made.section], { alg: 'HS256', hash: 'sha256' })),
  }),
  'HS256 called HS512': (made) => ({
    headers: jwt(signToken(claimsOf(made), SECTION_KEYS[made.section], { hash: 'sha256' })),
  }),
  'a body changed after it was signed': (made) => {
    const headers = jwt(signToken(claimsOf(made), SECTION_KEYS[made.section]));
    return { headers, body: changed(made.body) };
  },
  'a token that says nothing of it': (made) => ({ headers: jwt(signToken('{}', SECTION_KEYS[made.section])) }),
  expired: (made, { nowS }) => ({
    headers: jwt(signToken(claimsOf(made, `,"exp":${nowS - 3_600}`), SECTION_KEYS[made.section])),
  }),
  'not yet valid': (made, { nowS }) => ({
    headers: jwt(signToken(claimsOf(made, `,"nbf":${nowS + 3_600}`), SECTION_KEYS[made.section])),
  }),
  'v3 of an hour ago': (made, { urlOf, nowS }) => ({
    headers: v3(urlOf(made.section), made.body, SECTION_KEYS[made.section], nowS - 3_600),
  }),
  'v3 of another body': (made, { urlOf, nowS }) => ({
    headers: v3(urlOf(made.section), changed(made.body), SECTION_KEYS[made.section], nowS),
  }),
  'hex of another body': (made) => ({ headers: legacy(changed(made.body), SECTION_KEYS[made.section]) }),
  'a hash for a signature': (made) => ({
    headers: { 'x-ringover-signature': createHash('sha256').update(made.body).digest('hex') },
  }),
  'words for a token': () => ({ headers: jwt('not a token') }),
  'another address': ({ token }) => ({ token: `${token.slice(0, -1)}x` }),
};

/** One of many: two fifths valid, two fifths mutated but signed, one fifth forged. */
export function makeDelivery(draw: Draw, n: number, where: Where): MadeDelivery {
  const section = oneOf(draw, Object.keys(SECTION_KEYS) as Section[]);
  const kind = oneOf(draw, ['valid', 'valid', 'mutated', 'mutated', 'forged'] as const);
  const plain = bodyOf(section, draw, n);
  const body = kind === 'mutated' ? mutate(plain, draw) : plain;
  const [how, { sign }] = oneOf(
    draw,
    Object.entries(SIGNINGS).filter(([, { sections }]) => sections.includes(section)),
  );
  const headers = sign(body, section, SECTION_KEYS[section], where);
  const made: MadeDelivery = { kind, how, section, token: where.token, headers, body };
  if (kind !== 'forged') return made;
  const [forgery, forge] = oneOf(draw, Object.entries(FORGERIES));
  return { ...made, how: forgery, ...forge(made, where) };
}

/** The same once more, as a carrier sends it that got no answer. */
export function repeat(made: MadeDelivery, where: Where): MadeDelivery {
  const body = made.body.replace('"attempt":1', '"attempt":2');
  const { sign } = SIGNINGS[made.how] ?? {};
  return { ...made, body, headers: sign?.(body, made.section, SECTION_KEYS[made.section], where) ?? made.headers };
}
