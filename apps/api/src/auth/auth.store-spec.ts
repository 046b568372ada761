import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { ApiKeyStore, type NewPerson, PersonStore, SYSTEM } from '@app/persistence';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { SignJWT } from 'jose';
import { WebSocket } from 'ws';
import { apiInProcess } from '../../../../test/api-in-process.js';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';

const SECRET = 'thirty-two characters, or some more';
const PASSWORD = 'correct horse battery staple';
const NOBODY = '00000000-0000-4000-8000-000000000001';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let redis: Awaited<ReturnType<typeof freshRedis>>;
let postgres: PostgresForSpecs;
let api: Awaited<ReturnType<typeof apiInProcess>>;
/** Another node of the same centre. */
let other: Awaited<ReturnType<typeof apiInProcess>>;
let key: string;

beforeAll(async () => {
  [database, redis] = await Promise.all([freshDatabase(), freshRedis()]);
  postgres = await postgresForSpecs(database.url);
  const env = { DATABASE_URL: database.url, REDIS_URL: redis.url, AUTH_SECRET: SECRET, REQUESTS_PER_MINUTE: '200' };
  [api, other] = await Promise.all([apiInProcess(env), apiInProcess({ ...env, TRUST_PROXY: 'loopback' })]);
  key = await new ApiKeyStore(postgres.prisma, systemClock).create('a spec', ['admin']);
});
afterAll(async () => {
  await Promise.all([api.close(), other.close()]);
  await postgres.close();
  await database.drop();
});
beforeEach(() => redis.flush());

interface Body {
  [name: string]: string;
}
async function ask(method: string, path: string, { as, body }: { as?: string; body?: object } = {}) {
  const headers = { ...(as !== undefined && { authorization: `Bearer ${as}` }), 'content-type': 'application/json' };
  const response = await fetch(`${api.url}/api/v1${path}`, {
    method,
    headers,
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : {}) as Body };
}
const person = (role: NewPerson['role'], email: string) =>
  new PersonStore(postgres.prisma, systemClock).create(SYSTEM, { email, name: role, role, password: PASSWORD });
const signIn = (email: string, password = PASSWORD) => ask('POST', '/auth/login', { body: { email, password } });
const refresh = (refreshToken = '') => ask('POST', '/auth/refresh', { body: { refreshToken } });
async function tokenOf(role: NewPerson['role'], email: string): Promise<string> {
  await person(role, email);
  return (await signIn(email)).body['accessToken'] ?? '';
}

describe('somebody who signs in', () => {
  it('gets tokens, is known by them, and stays as long as they are renewed', async () => {
    await person('supervisor', 'stay@example.com');
    const { status, body } = await signIn('Stay@example.com');
    expect([status, body]).toEqual([200, expect.objectContaining({ expiresInS: 600 })]);
    expect(JSON.stringify(body)).not.toContain('argon');
    const renewed = await refresh(body['refreshToken']);
    for (const as of [body['accessToken'], renewed.body['accessToken']])
      expect((await ask('GET', '/auth/me', { as: as ?? '' })).body).toMatchObject({
        kind: 'person',
        role: 'supervisor',
      });
  });

  it('is signed out by a token that is used twice', async () => {
    await person('viewer', 'stolen@example.com');
    const { body } = await signIn('stolen@example.com');
    const renewed = await refresh(body['refreshToken']);
    expect(await refresh(body['refreshToken'])).toMatchObject({ status: 401, body: { code: 'auth.refused' } });
    expect(await refresh(renewed.body['refreshToken'])).toMatchObject({ status: 401 });
    expect(await ask('GET', '/auth/me', { as: renewed.body['accessToken'] ?? '' })).toMatchObject({ status: 401 });
  });

  it('leaves, and is not known any more', async () => {
    await person('viewer', 'leave@example.com');
    const { accessToken = '', refreshToken = '' } = (await signIn('leave@example.com')).body;
    expect((await ask('GET', '/auth/me', { as: accessToken })).status).toBe(200);
    expect((await ask('POST', '/auth/logout', { body: { refreshToken } })).status).toBe(204);
    expect((await ask('GET', '/auth/me', { as: accessToken })).status).toBe(401);
    expect((await refresh(refreshToken)).status).toBe(401);
  });

  it('changes their own password with the old one', async () => {
    const as = await tokenOf('viewer', 'own@example.com');
    const change = (oldPassword: string) =>
      ask('POST', '/auth/password', { as, body: { oldPassword, password: 'another long password' } });
    expect(await change('wrong')).toMatchObject({ status: 401, body: { code: 'auth.wrong-password' } });
    expect((await change(PASSWORD)).status).toBe(204);
    expect((await signIn('own@example.com')).status).toBe(401);
    expect((await signIn('own@example.com', 'another long password')).status).toBe(200);
  });

  it('is told nothing of who is known, and to wait after five wrong tries', async () => {
    await person('viewer', 'tried@example.com');
    const wrong = await signIn('tried@example.com', 'wrong');
    const unknown = await signIn('unknown@example.com', 'wrong');
    const { requestId: _one, ...first } = wrong.body;
    const { requestId: _other, ...second } = unknown.body;
    expect([wrong.status, first]).toEqual([unknown.status, second]);
    for (let n = 0; n < 4; n += 1) await signIn('TRIED@example.com', 'wrong');
    const late = await signIn('tried@example.com');
    expect(late).toMatchObject({ status: 429, body: { code: 'auth.too-many-tries' } });
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(800);
    expect((await signIn('unknown@example.com', 'wrong')).status).toBe(401);
  });

  it.each([
    '{}',
    '{"email":"a@example.com"}',
    '{"email":["a@example.com"],"password":1}',
    String.raw`{"email":"\ud800@example.com","password":"x"}`,
  ])('must say how: %s', async (body) => {
    expect((await ask('POST', '/auth/login', { body: JSON.parse(body) as object })).status).toBe(400);
  });
});

describe('an access token', () => {
  const forged = (claims: object, { secret = SECRET, alg = 'HS256', typ = 'at+jwt' } = {}) =>
    new SignJWT({ iss: 'carillon', aud: 'carillon', sid: NOBODY, exp: 4_000_000_000, ...claims })
      .setProtectedHeader({ alg, typ })
      .sign(new TextEncoder().encode(secret));

  it('is not one that another key signed, that is old, that is of another kind or of no session', async () => {
    const none = `${Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url')}.${Buffer.from('{"sid":"x"}').toString('base64url')}.`;
    const tokens = await Promise.all([
      forged({}, { secret: 'another secret of thirty-two chars' }),
      forged({ exp: 1_000 }),
      forged({}, { typ: 'JWT' }),
      forged({}, { alg: 'HS512', secret: SECRET.repeat(3) }),
      forged({ iss: 'somebody' }),
      forged({}),
    ]);
    for (const as of [none, ...tokens]) expect((await ask('GET', '/auth/me', { as })).status).toBe(401);
  });
});

describe('a role', () => {
  it('of a viewer changes nothing, whatever the operation', async () => {
    const as = await tokenOf('viewer', 'viewer@example.com');
    const document = (await (await fetch(`${api.url}/api/v1/docs/openapi.json`)).json()) as {
      paths: Record<string, Record<string, { 'x-needs'?: string[] }>>;
    };
    const changing = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations)
        .filter(([method, operation]) => method !== 'get' && operation['x-needs']?.length)
        .map(([method]) => [method.toUpperCase(), path.replace('/api/v1', '').replaceAll(/\{\w+\}/g, NOBODY)] as const),
    );
    expect(changing.length).toBeGreaterThan(5);
    for (const [method, path] of changing)
      expect([path, (await ask(method, path, { as, body: {} })).status]).toEqual([path, 403]);
    expect((await ask('GET', '/agents', { as })).status).toBe(200);
    expect(await ask('GET', '/audit', { as })).toMatchObject({ status: 403, body: { code: 'auth.forbidden' } });
  });

  it('is what the person has now, not what their token says', async () => {
    const { id } = await person('supervisor', 'demoted@example.com');
    const { accessToken: as = '' } = (await signIn('demoted@example.com')).body;
    expect((await ask('PATCH', `/people/${id}`, { as: key, body: { role: 'viewer' } })).status).toBe(200);
    expect((await ask('POST', `/calls/${NOBODY}/hangup`, { as })).status).toBe(403);
    expect((await ask('GET', '/auth/me', { as })).body).toMatchObject({ role: 'viewer' });
  });
});

describe('a key', () => {
  it('is made, told once, listed and revoked; and does what it is for', async () => {
    const { status, body } = await ask('POST', '/keys', { as: key, body: { name: 'CRM', scopes: ['contacts:read'] } });
    expect(status).toBe(201);
    const crm = body['key'] ?? '';
    expect((await ask('GET', '/auth/me', { as: crm })).body).toMatchObject({ kind: 'key', scopes: ['contacts:read'] });
    expect((await ask('GET', '/agents', { as: crm })).status).toBe(403);
    expect(JSON.stringify((await ask('GET', '/keys', { as: key })).body)).not.toContain(crm);
    expect((await ask('DELETE', `/keys/${body['id']}`, { as: key })).status).toBe(204);
    expect((await ask('DELETE', `/keys/${NOBODY}`, { as: key })).status).toBe(404);
  });

  it('gives nobody more than it has', async () => {
    const scopes = ['keys:write', 'people:write'];
    const { key: staff = '' } = (await ask('POST', '/keys', { as: key, body: { name: 'staff', scopes } })).body;
    const admin = await person('admin', 'above@example.com');
    const widening = [
      ask('POST', '/keys', { as: staff, body: { name: 'more', scopes: ['admin'] } }),
      ask('POST', '/people', {
        as: staff,
        body: { email: 'x@example.com', name: 'X', role: 'admin', password: PASSWORD },
      }),
      ask('POST', `/people/${admin.id}/password`, { as: staff, body: { password: PASSWORD } }),
      ask('PATCH', `/people/${admin.id}`, { as: staff, body: { disabled: true } }),
    ];
    expect((await Promise.all(widening)).map(({ status }) => status)).toEqual([403, 403, 403, 403]);
    expect((await ask('POST', '/keys', { as: staff, body: { name: 'same', scopes: ['keys:write'] } })).status).toBe(
      201,
    );
    expect((await ask('POST', '/keys', { as: staff, body: { name: 'odd', scopes: ['everything'] } })).status).toBe(400);
  });
});

/** Opens a socket at the other node, and tells how it is closed. */
async function watchElsewhere(as = ''): Promise<{ closed: Promise<[code: number, reason: string]> }> {
  const headers = { authorization: `Bearer ${as}` };
  const socket = new WebSocket(`${other.url.replace('http', 'ws')}/api/v1/monitor`, { headers });
  const closed = new Promise<[number, string]>((resolve) =>
    socket.once('close', (code, reason) => resolve([code, reason.toString()])),
  );
  await new Promise((resolve, reject) => void socket.once('open', resolve).once('error', reject));
  return { closed };
}

describe('an open socket', () => {
  it('of a key is closed on every node when the key is revoked', async () => {
    const { body } = await ask('POST', '/keys', { as: key, body: { name: 'wall', scopes: ['calls:read'] } });
    const { closed } = await watchElsewhere(body['key']);
    await ask('DELETE', `/keys/${body['id']}`, { as: key });
    expect(await closed).toEqual([4_401, 'auth.refused']);
  });

  it.each<[string, (their: { personId: string; refreshToken: string }) => Promise<unknown>]>([
    ['signs out', ({ refreshToken }) => ask('POST', '/auth/logout', { body: { refreshToken } })],
    ['is disabled', ({ personId }) => ask('PATCH', `/people/${personId}`, { as: key, body: { disabled: true } })],
    ['gets a new password', ({ personId }) => ask('POST', `/people/${personId}/password`, { as: key, body: { password: PASSWORD } })], // prettier-ignore
    ['brings a refresh token twice', async ({ refreshToken }) => [await refresh(refreshToken), await refresh(refreshToken)]], // prettier-ignore
  ])('of a person is closed on every node when they are one who %s', async (how, leave) => {
    const email = `${how.replaceAll(' ', '-')}@example.com`;
    const { id: personId } = await person('viewer', email);
    const { accessToken = '', refreshToken = '' } = (await signIn(email)).body;
    const { closed } = await watchElsewhere(accessToken);
    await leave({ personId, refreshToken });
    expect(await closed).toEqual([4_401, 'auth.refused']);
  });
});

describe('somebody who looks where they are signed in', () => {
  it('sees each place, signs out of one, and stays in the other', async () => {
    await person('viewer', 'places@example.com');
    const [here, there] = [(await signIn('places@example.com')).body, (await signIn('places@example.com')).body];
    const as = here['accessToken'] ?? '';
    const list = async () => (await ask('GET', '/auth/sessions', { as })).body['sessions'] as unknown as object[];
    const [second, first] = await list();
    expect(second).toMatchObject({ isCurrent: false, address: expect.stringContaining('127.0.0.1') });
    expect(first).toMatchObject({ isCurrent: true });
    const { closed } = await watchElsewhere(there['accessToken']);
    const { id } = second as { id: string };
    for (let n = 0; n < 2; n += 1) expect((await ask('DELETE', `/auth/sessions/${id}`, { as })).status).toBe(204);
    expect(await closed).toEqual([4_401, 'auth.refused']);
    expect((await ask('GET', '/auth/me', { as: there['accessToken'] ?? '' })).status).toBe(401);
    expect((await refresh(there['refreshToken'])).status).toBe(401);
    expect(await list()).toHaveLength(1);
  });

  it('sees the address that a trusted proxy tells, and none that a stranger pretends', async () => {
    await person('viewer', 'far@example.com');
    const headers = { 'content-type': 'application/json', 'x-forwarded-for': '198.51.100.7, 192.0.2.9' };
    const body = JSON.stringify({ email: 'far@example.com', password: PASSWORD });
    const begin = (url: string) => fetch(`${url}/api/v1/auth/login`, { method: 'POST', headers, body });
    const { accessToken: as } = (await (await begin(api.url)).json()) as { accessToken: string };
    await begin(other.url);
    const { sessions } = (await ask('GET', '/auth/sessions', { as })).body as unknown as { sessions: object[] };
    expect(sessions).toMatchObject([{ address: '192.0.2.9' }, { address: expect.stringContaining('127.0.0.1') }]);
  });

  it('cannot be a key, and sees nothing of others', async () => {
    const as = await tokenOf('admin', 'curious@example.com');
    const { id: theirs } = await postgres.prisma.session.findFirstOrThrow({ where: { endedAt: null } });
    expect((await ask('GET', '/auth/sessions', { as: key })).status).toBe(403);
    expect(await ask('DELETE', `/auth/sessions/${theirs}`, { as })).toMatchObject({ status: 404, body: { code: 'session.not-found' } }); // prettier-ignore
  });
});

describe('the audit log', () => {
  it('tells what was changed and asked for, by whom', async () => {
    const { body: made } = await ask('POST', '/keys', { as: key, body: { name: 'audited', scopes: ['calls:read'] } });
    await ask('POST', `/calls/${NOBODY}/hangup`, { as: key });
    await ask('GET', `/calls/${NOBODY}/recording`, { as: key });
    const { body } = await ask('GET', '/audit?limit=3', { as: key });
    expect(body).toMatchObject({
      entries: [
        { action: 'getCallRecording', by: { kind: 'key', name: 'a spec' }, subject: { type: 'calls', id: NOBODY } },
        { action: 'hangUpCall', subject: { type: 'calls', id: NOBODY }, address: expect.stringContaining('127.0.0.1') },
        { action: 'key.created', subject: { id: made['id'] }, after: { name: 'audited' } },
      ],
      nextCursor: expect.any(String),
    });
    expect(JSON.stringify(body)).not.toContain(made['key']);
    expect((await ask('GET', '/audit?cursor=1', { as: key })).status).toBe(400);
  });
});

describe('requests', () => {
  it('are counted by who asks, and refused beyond the limit', async () => {
    const as =
      (await ask('POST', '/keys', { as: key, body: { name: 'busy', scopes: ['agents:read'] } })).body['key'] ?? '';
    const first = await ask('GET', '/agents', { as });
    expect(first.headers.get('ratelimit-limit')).toBe('200');
    expect(first.headers.get('ratelimit-remaining')).toBe('199');
    expect(first.headers.get('ratelimit-policy')).toBe('200;w=60');
    await Promise.all(Array.from({ length: 199 }, () => ask('GET', '/auth/me', { as })));
    const late = await ask('GET', '/agents', { as });
    expect(late).toMatchObject({ status: 429, body: { code: 'request.too-many' } });
    expect(Number(late.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await ask('GET', '/agents', { as: key })).status).toBe(200);
  });
});
