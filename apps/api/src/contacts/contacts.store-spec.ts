import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { ApiKeyStore, CallStore, ContactStore } from '@app/persistence';
import { begunCall, type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { apiInProcess } from '../../../../test/api-in-process.js';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';

const NOBODY = '00000000-0000-4000-8000-000000000001';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let api: Awaited<ReturnType<typeof apiInProcess>>;
let key: string;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  api = await apiInProcess({ DATABASE_URL: database.url, REDIS_URL: (await freshRedis()).url });
  key = await new ApiKeyStore(postgres.prisma, systemClock).create('a spec', ['admin']);
});
afterAll(async () => {
  await api.close();
  await postgres.close();
  await database.drop();
});

async function ask(method: string, path: string, { etag, body }: { etag?: string; body?: object } = {}) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    ...(etag && { 'if-match': etag }),
  };
  const response = await fetch(`${api.url}/api/v1${path}`, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const told = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: response.status, etag: response.headers.get('etag') ?? '', body: told };
}
async function created(facts: object = {}): Promise<{ id: string; e164: string; etag: string }> {
  const e164 = `+3361234${String((count += 1)).padStart(4, '0')}`;
  const { status, etag, body } = await ask('POST', '/contacts', { body: { e164, ...facts } });
  expect(status).toBe(201);
  return { id: String(body['id']), e164, etag };
}

describe('a contact', () => {
  it('is entered once, and found by a part of name or number', async () => {
    const { id, e164 } = await created({ name: 'Léa Durand', language: 'fr-FR', notes: { company: 'ACME' } });
    expect(await ask('POST', '/contacts', { body: { e164 } })).toMatchObject({
      status: 409,
      body: { code: 'contact.exists' },
    });
    for (const q of ['durand', e164.slice(-6)])
      expect((await ask('GET', `/contacts?q=${q}`)).body).toMatchObject({ contacts: [{ id, name: 'Léa Durand' }] });
    expect((await ask('GET', '/contacts?q=nobody')).body).toEqual({ contacts: [], nextCursor: null });
    expect(await ask('POST', '/contacts', { body: { e164: '0612345678' } })).toMatchObject({ status: 400 });
  });

  it('is told by pages that miss and repeat nobody', async () => {
    for (let n = 0; n < 5; n += 1) await created({ name: `Page ${n}` });
    const seen: unknown[] = [];
    for (let cursor: unknown = ''; cursor !== null;) {
      const { body } = await ask('GET', `/contacts?q=page&limit=2${cursor ? `&cursor=${String(cursor)}` : ''}`);
      seen.push(...(body['contacts'] as { name: string }[]).map(({ name }) => name));
      cursor = body['nextCursor'];
    }
    expect(seen).toEqual(['Page 4', 'Page 3', 'Page 2', 'Page 1', 'Page 0']);
  });

  it('who wants no call is known as such where calls are placed, and the log says since when', async () => {
    const { id, e164, etag } = await created({ name: 'Ada' });
    const changed = await ask('PATCH', `/contacts/${id}`, { etag, body: { doNotCall: true, name: null } });
    expect(changed).toMatchObject({ status: 200, body: { doNotCall: true, name: null } });
    expect(await new ContactStore(postgres.prisma).byNumber(e164)).toMatchObject({ doNotCall: true });
    expect(await ask('PATCH', `/contacts/${id}`, { etag, body: { name: 'Bea' } })).toMatchObject({ status: 412 });
    const { body } = await ask('GET', `/audit?subjectId=${id}&action=contact.changed`);
    expect(body).toMatchObject({ entries: [{ before: { doNotCall: false }, after: { doNotCall: true } }] });
    expect(JSON.stringify(body)).not.toMatch(/Ada|\+33/);
  });

  it.each(['doNotCall', 'notes'])('has no empty %s: null is refused where it is no value', async (member) => {
    const { id, etag } = await created();
    const nothing = { [member]: null };
    const refused = { status: 400, body: { code: 'request.invalid', errors: [{ field: member }] } };
    expect(await ask('POST', '/contacts', { body: { e164: '+33612349999', ...nothing } })).toMatchObject(refused);
    expect(await ask('PATCH', `/contacts/${id}`, { etag, body: nothing })).toMatchObject(refused);
  });

  it('may agree and take it back; the newest counts, and all of it stays known', async () => {
    const { id } = await created();
    const note = (given: boolean) =>
      ask('POST', `/contacts/${id}/consents`, { body: { purpose: 'recording', given, source: 'web form' } });
    await note(true);
    expect(await note(false)).toMatchObject({
      status: 201,
      body: { consents: [{ purpose: 'recording', given: false }] },
    });
    expect((await ask('GET', `/contacts/${id}/consents`)).body).toMatchObject({
      consents: [{ given: false }, { given: true }],
    });
    expect(
      await ask('POST', `/contacts/${id}/consents`, { body: { purpose: 'anything', given: true, source: 'x' } }),
    ).toMatchObject({ status: 400 });
  });

  it('has the calls that were with them, and is forgotten without them', async () => {
    const { id, etag } = await created();
    const calls = new CallStore(postgres.prisma);
    const [old, late] = [
      begunCall(postgres.agentId, { contactId: id }),
      begunCall(postgres.agentId, { contactId: id }),
    ];
    await calls.begin({ ...old, startedAt: new Date('2030-01-07T09:00:00Z') });
    await calls.begin({ ...late, startedAt: new Date('2030-01-08T09:00:00Z') });
    const first = await ask('GET', `/contacts/${id}/calls?limit=1`);
    expect(first.body).toMatchObject({ calls: [{ id: late.id, agent: { name: 'Clara' }, summary: null }] });
    const second = await ask('GET', `/contacts/${id}/calls?limit=1&cursor=${String(first.body['nextCursor'])}`);
    expect(second.body).toMatchObject({ calls: [{ id: old.id }], nextCursor: null });
    expect((await ask('DELETE', `/contacts/${id}`, { etag })).status).toBe(204);
    expect((await ask('GET', `/contacts/${id}`)).status).toBe(404);
    expect((await ask('GET', `/calls/${late.id}`)).status).toBe(200);
  });

  it.each([
    ['GET', ''],
    ['GET', '/calls'],
    ['GET', '/consents'],
    ['PATCH', ''],
    ['DELETE', ''],
  ])('that is nobody’s is told as such: %s %s', async (method, path) => {
    const answer = await ask(method, `/contacts/${NOBODY}${path}`, {
      etag: '"1"',
      ...(method === 'PATCH' && { body: {} }),
    });
    expect(answer).toMatchObject({ status: 404, body: { code: 'contact.not-found' } });
  });
});
