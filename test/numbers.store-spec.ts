import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { ApiKeyStore, NumberStore } from '@app/persistence';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { LAB_KEYS } from '../apps/lab/src/ringover/rest/virtual-ringover.js';
import { apiInProcess } from './api-in-process.js';
import { freshDatabase, freshRedis } from './stores.js';
import { hurryingClock, servedRingover, type ServedRingover } from './virtual-ringover.js';

const NOBODY = '00000000-0000-4000-8000-000000000001';
/** One of the virtual account's, and answered here. */
const CLARA = '+33184990011';
const HOURS = { timezone: 'Europe/Paris', week: { mon: [{ from: '09:00', to: '18:00' }] } };

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let served: ServedRingover;
let api: Awaited<ReturnType<typeof apiInProcess>>;
let key: string;
let count = 0;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  served = await servedRingover(hurryingClock());
  api = await apiInProcess({
    ...{ DATABASE_URL: database.url, REDIS_URL: (await freshRedis()).url, PUBLIC_URL: 'https://voice.example.com' },
    ...{ RINGOVER_API_KEY: LAB_KEYS.eu, RINGOVER_API_URL: served.addresses.eu },
  });
  key = await new ApiKeyStore(postgres.prisma, systemClock).create('a spec', ['admin']);
});
afterAll(async () => {
  await api.close();
  await served.close();
  await postgres.close();
  await database.drop();
});

async function ask(method: string, path: string, { etag, body }: { etag?: string; body?: object } = {}) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    ...(etag && { 'if-match': etag }),
  };
  const response = await fetch(`${api.url}/api/v1/numbers${path}`, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const told = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: response.status, etag: response.headers.get('etag') ?? '', body: told };
}
async function created(agentId: string | null = postgres.agentId) {
  const e164 = `+44163296${String((count += 1)).padStart(4, '0')}`;
  const { status, etag, body } = await ask('POST', '', { body: { carrier: 'ringover', e164, agentId } });
  expect(status).toBe(201);
  return { id: String(body['id']), e164, etag, token: String(body['streamUrl']).split('/').at(-1) ?? '' };
}
const numbers = () => new NumberStore(postgres.prisma);

describe('a number', () => {
  it('is answered by its agent, at an address that is told once', async () => {
    const { id, e164, token } = await created();
    expect(await numbers().byMediaToken(token)).toMatchObject({ e164, agent: { slug: 'clara' } });
    const { body } = await ask('GET', `/${id}`);
    expect(body).toMatchObject({ e164, agent: { name: 'Clara' }, standIns: [], seenAt: null });
    expect(JSON.stringify(body)).not.toContain(token);
    expect(await ask('POST', '', { body: { carrier: 'ringover', e164 } })).toMatchObject({
      status: 409,
      body: { code: 'number.exists' },
    });
    const nobodys = { carrier: 'ringover', e164: '+441632969999', agentId: NOBODY };
    expect(await ask('POST', '', { body: nobodys })).toMatchObject({ status: 422, body: { code: 'number.no-agent' } });
  });

  it('that nobody answers lets no stream in, until somebody does', async () => {
    const { id, e164, etag, token } = await created(null);
    expect(await numbers().byMediaToken(token)).toBeUndefined();
    expect((await numbers().list()).map((one) => one.e164)).not.toContain(e164);
    const given = await ask('PATCH', `/${id}`, { etag, body: { agentId: postgres.agentId, label: 'sales' } });
    expect(given).toMatchObject({ status: 200, body: { label: 'sales', agent: { id: postgres.agentId } } });
    expect(await numbers().byMediaToken(token)).toMatchObject({ e164 });
    expect(await ask('PATCH', `/${id}`, { etag: given.etag, body: { agentId: null } })).toMatchObject({
      body: { agent: null },
    });
  });

  it('may be answered by others, in hours of their own', async () => {
    const { id, e164, etag } = await created(null);
    const agents = [{ agentId: postgres.agentId, hours: HOURS }];
    const set = await ask('PUT', `/${id}/agents`, { etag, body: { agents } });
    expect(set).toMatchObject({
      status: 200,
      body: { standIns: [{ agentId: postgres.agentId, name: 'Clara', hours: HOURS }] },
    });
    const route = (await numbers().routes()).find((one) => one.e164 === e164);
    expect(route?.candidates).toMatchObject([{ slug: 'clara', hours: { timezone: 'Europe/Paris' } }]);
    const wrong = [{ agentId: postgres.agentId, hours: { timezone: 'Mars', week: {} } }, { agentId: postgres.agentId }];
    const refused = await ask('PUT', `/${id}/agents`, { etag: set.etag, body: { agents: wrong } });
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect((refused.body['errors'] as { field: string }[]).map(({ field }) => field)).toEqual([
      'agents.0.hours.timezone',
      'agents.1.agentId',
    ]);
    const unknown = { agents: [{ agentId: NOBODY }] };
    expect(await ask('PUT', `/${id}/agents`, { etag: set.etag, body: unknown })).toMatchObject({ status: 422 });
    expect((await ask('GET', `/${id}`)).body).toMatchObject({ standIns: [{ agentId: postgres.agentId }] });
  });

  it('has a new address when the old one was seen by others', async () => {
    const { id, etag, token } = await created();
    const renewed = await ask('POST', `/${id}/stream-url`, { etag });
    const address = String(renewed.body['streamUrl']);
    expect(address).toMatch(/^wss:\/\/voice\.example\.com\/api\/v1\/media\/ringover\/[\w-]{43}$/);
    expect(await numbers().byMediaToken(token)).toBeUndefined();
    expect(await numbers().byMediaToken(address.split('/').at(-1) ?? '')).toMatchObject({ id });
    expect((await ask('DELETE', `/${id}`, { etag })).status).toBe(412);
    expect((await ask('DELETE', `/${id}`, { etag: renewed.etag })).status).toBe(204);
    expect(await ask('GET', `/${id}`)).toMatchObject({ status: 404, body: { code: 'number.not-found' } });
  });
});

describe('the numbers of the account at Ringover', () => {
  it('are taken up, and nobody answers them yet; what is known stays as it is', async () => {
    const { body: first } = await ask('POST', '/sync');
    expect(first['added']).toHaveLength(2);
    const entered = (await numbers().list()).map(({ e164 }) => e164).filter((e164) => e164 !== CLARA);
    expect(entered.length).toBeGreaterThan(0);
    expect(first).toMatchObject({ known: 1, missing: expect.arrayContaining(entered) });
    const { body: second } = await ask('POST', '/sync');
    expect(second).toMatchObject({ added: [], known: 3 });
    const { numbers: listed } = (await ask('GET', '?limit=100')).body as {
      numbers: { agent: unknown; seenAt: unknown }[];
    };
    expect(listed.filter(({ agent, seenAt }) => agent === null && seenAt !== null)).toHaveLength(2);
  });

  it('cannot be asked for with a key that may not', async () => {
    served.ringover.accountIn('eu').grants.delete('numbers:read');
    expect(await ask('POST', '/sync')).toMatchObject({ status: 502, body: { code: 'carrier.failed' } });
  });
});
