import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { type LiveRedis, openRedis, RoutedCalls } from '@app/live-state';
import { ApiKeyStore } from '@app/persistence';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { apiInProcess } from '../../../../test/api-in-process.js';
import { freshDatabase, freshRedis } from '../../../../test/stores.js';

const [TOKEN, ROUTING_KEY] = ['the-token-in-the-address', 'the-key-of-smart-routing'];
const NOBODY = '00000000-0000-4000-8000-000000000001';
const ELSEWHERE = '+441632960077';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let redis: LiveRedis;
let api: Awaited<ReturnType<typeof apiInProcess>>;
let key: string;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  const redisUrl = (await freshRedis()).url;
  redis = await openRedis({ url: redisUrl }, systemClock);
  api = await apiInProcess({
    ...{ DATABASE_URL: database.url, REDIS_URL: redisUrl },
    ...{ RINGOVER_WEBHOOK_TOKEN: TOKEN, RINGOVER_SMART_ROUTING_KEY: ROUTING_KEY },
  });
  key = await new ApiKeyStore(postgres.prisma, systemClock).create('a spec', ['admin']);
});
afterAll(async () => {
  await api.close();
  await redis.close();
  await postgres.close();
  await database.drop();
});

async function ask(method: string, path: string, { etag, body }: { etag?: string; body?: object } = {}) {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    ...(etag && { 'if-match': etag }),
  };
  const response = await fetch(`${api.url}/api/v1/routing-rules${path}`, {
    ...{ method, headers },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const told = (text ? JSON.parse(text) : {}) as Record<string, unknown>;
  return { status: response.status, etag: response.headers.get('etag') ?? '', body: told };
}
const rule = (changes: object = {}) => ({
  ...{ name: 'French callers', place: 10, enabled: true, conditions: { callerPrefixes: ['+33'] } },
  ...{ agentId: null, transferTo: ELSEWHERE },
  ...changes,
});

/** As Ringover asks it: which number is rung, and what the record will say of why. */
async function routed(callId: string, from = 33_612_345_678) {
  const data = { call_id: Number(callId), direction: 'inbound', from_number: from, to_number: 33_184_990_011 };
  const body = JSON.stringify({ event: 'routing', resource: 'call', timestamp: 1_789_034_550.9, data });
  const part = (json: string) => Buffer.from(json).toString('base64url');
  const signed = `${part('{"alg":"HS512","typ":"JWT"}')}.${part(body)}`;
  const token = `${signed}.${createHmac('sha512', ROUTING_KEY).update(signed).digest('base64url')}`;
  const headers = { 'content-type': 'application/json', 'x-ringover-webhook-signature': token };
  const url = `${api.url}/api/v1/webhooks/ringover/smart-routing/${TOKEN}`;
  const answer = await fetch(url, { method: 'POST', body, headers });
  expect(answer.status).toBe(200);
  return (await new RoutedCalls(redis).find('ringover', callId))?.routedBy;
}

describe('a routing rule', () => {
  it('decides which calls go where, and the record says which one it was', async () => {
    const made = await ask('POST', '', { body: rule() });
    expect(made).toMatchObject({ status: 201, body: { name: 'French callers', revision: 1 } });
    let callId = 1;
    const next = () => routed(String((callId += 1)));
    while ((await next()) !== 'rule: French callers') await systemClock.sleep(200); // rules are read every five seconds
    expect(await routed('9001', 441_632_960_099)).toBe('routing: free line');
    const off = await ask('PUT', `/${String(made.body['id'])}`, { etag: made.etag, body: rule({ enabled: false }) });
    expect(off).toMatchObject({ status: 200, body: { enabled: false, revision: 2 } });
  });

  it('is told all that is wrong with it', async () => {
    const wrong = { conditions: { callerPrefixes: ['33'], loadBelow: 7 }, agentId: NOBODY };
    const refused = await ask('POST', '', { body: rule(wrong) });
    expect(refused).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect((refused.body['errors'] as { field: string }[]).map(({ field }) => field)).toEqual([
      'conditions.callerPrefixes.0',
      'conditions.loadBelow',
      'agentId',
    ]);
    const nobodys = rule({ agentId: NOBODY, transferTo: null });
    expect(await ask('POST', '', { body: nobodys })).toMatchObject({ status: 422, body: { code: 'number.no-agent' } });
  });

  it('is listed by place, and removed by who saw it last', async () => {
    const first = await ask('POST', '', { body: rule({ name: 'first', place: 1 }) });
    const id = String(first.body['id']);
    const { rules } = (await ask('GET', '')).body as { rules: { name: string }[] };
    expect(rules.map(({ name }) => name)).toEqual(['first', 'French callers']);
    expect((await ask('DELETE', `/${id}`, { etag: '"7"' })).status).toBe(412);
    expect((await ask('DELETE', `/${id}`, { etag: first.etag })).status).toBe(204);
    for (const method of ['GET', 'DELETE'])
      expect(await ask(method, `/${id}`, { etag: first.etag })).toMatchObject({
        status: 404,
        body: { code: 'rule.not-found' },
      });
  });
});
