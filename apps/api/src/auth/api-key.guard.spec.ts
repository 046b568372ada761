import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiUnderTest, KEY, startApi } from '../testing/api-under-test.js';

let api: ApiUnderTest;
beforeEach(async () => void (api = await startApi()));
afterEach(() => api.close());

const withKey = (authorization: string) => api.ask('/api/v1/agents', { headers: { authorization } });

describe('an api key', () => {
  it('is asked for by everything but what is marked as public', async () => {
    const document = (await (await fetch(`${api.url}/api/v1/docs/openapi.json`)).json()) as {
      paths: Record<string, Record<string, unknown>>;
    };
    const statuses: Record<string, number> = {};
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const method of Object.keys(operations)) {
        const url = `${api.url}${path.replaceAll(/\{\w+\}/g, '00000000-0000-4000-8000-000000000001')}`;
        statuses[`${method} ${path}`] = (await fetch(url, { method })).status;
      }
    }
    expect(statuses).toEqual({
      'delete /api/v1/calls/{id}/recording': 401,
      'get /health': 200,
      'get /ready': 200,
      'get /api/v1/agents': 401,
      'get /api/v1/agents/{id}': 401,
      'get /api/v1/calls': 401,
      'get /api/v1/calls/{id}': 401,
      'get /api/v1/calls/{id}/log': 401,
      'get /api/v1/calls/{id}/recording': 401,
      'get /api/v1/calls/{id}/report': 401,
      'get /api/v1/providers': 401,
      'post /api/v1/calls/{id}/hangup': 401,
    });
  });

  it('lets its holder in', async () => {
    expect((await withKey(`Bearer ${KEY}`)).status).toBe(200);
    expect((await withKey(`bearer ${KEY}`)).status).toBe(200);
  });

  it('is refused when it is missing, not one of ours, or not a bearer token', async () => {
    const response = await fetch(`${api.url}/api/v1/agents`);
    expect(await response.json()).toMatchObject({ status: 401, code: 'auth.no-key' });
    expect(response.headers.get('www-authenticate')).toBe('Bearer');
    for (const authorization of [
      `Bearer ${KEY}x`,
      'Bearer',
      `Basic ${KEY}`,
      `Bearer ${'x'.repeat(5_000)}`,
      'Bearer a b',
    ]) {
      expect(await withKey(authorization)).toMatchObject({ status: 401, body: { code: 'auth.refused' } });
    }
    expect(api.logged()).not.toContain(KEY);
  });

  it('is judged before anything else of a request', async () => {
    const { status } = await api.ask('/api/v1/calls?limit=x&hunter=1', {
      headers: { authorization: 'Bearer wrong-key' },
    });
    expect(status).toBe(401);
  });

  it('is looked up once in ten seconds, a wrong one each time', async () => {
    for (let n = 0; n < 3; n += 1) await withKey(`Bearer ${KEY}`);
    expect(api.centre.timesAskedForKeys).toBe(1);
    for (let n = 0; n < 3; n += 1) await withKey('Bearer wrong-key');
    expect(api.centre.timesAskedForKeys).toBe(4);
  });

  it('works for at most ten seconds after it was revoked', async () => {
    await withKey(`Bearer ${KEY}`);
    api.centre.keys.delete(KEY);
    await api.clock.advance(9_999);
    expect((await withKey(`Bearer ${KEY}`)).status).toBe(200);
    await api.clock.advance(1);
    expect((await withKey(`Bearer ${KEY}`)).status).toBe(401);
  });

  it('cannot be judged without Postgres, which is said as such', async () => {
    api.centre.down.add('postgres');
    expect(await withKey(`Bearer ${KEY}`)).toMatchObject({ status: 503, body: { code: 'service.unavailable' } });
  });
});
