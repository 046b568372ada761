import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Controller, Get } from '@nestjs/common';
import { type ApiUnderTest, KEY, startApi } from '../testing/api-under-test.js';

let api: ApiUnderTest;
/** It forgot to say what it needs. */
@Controller('forgetful')
class ForgetfulController {
  @Get()
  get(): string {
    return 'everything';
  }
}
beforeEach(async () => void (api = await startApi([ForgetfulController])));
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
        statuses[`${method} ${path}`] = (await fetch(url, { method: method.toUpperCase() })).status;
      }
    }
    expect(statuses).toEqual({
      'get /health': 200,
      'get /ready': 200,
      'get /api/v1/audit': 401,
      'get /api/v1/auth/me': 401,
      'post /api/v1/auth/login': 400,
      'post /api/v1/auth/logout': 400,
      'post /api/v1/auth/password': 401,
      'post /api/v1/auth/refresh': 400,
      'get /api/v1/auth/sessions': 401,
      'delete /api/v1/auth/sessions/{id}': 401,
      'get /api/v1/problems': 200,
      'post /api/v1/tickets': 401,
      'get /api/v1/forgetful': 401,
      'get /api/v1/keys': 401,
      'post /api/v1/keys': 401,
      'delete /api/v1/keys/{id}': 401,
      'get /api/v1/agents': 401,
      'post /api/v1/agents': 401,
      'patch /api/v1/agents/{id}': 401,
      'get /api/v1/agents/{id}/diff': 401,
      'get /api/v1/agents/{id}/draft': 401,
      'put /api/v1/agents/{id}/draft': 401,
      'delete /api/v1/agents/{id}/draft': 401,
      'post /api/v1/agents/{id}/publish': 401,
      'post /api/v1/agents/{id}/restore': 401,
      'post /api/v1/agents/{id}/retire': 401,
      'post /api/v1/agents/{id}/rollback': 401,
      'get /api/v1/agents/{id}/status': 401,
      'post /api/v1/agents/{id}/test-calls': 401,
      'get /api/v1/agents/{id}/versions': 401,
      'get /api/v1/agents/{id}/versions/{number}': 401,
      'get /api/v1/agents/{id}': 401,
      'get /api/v1/calls': 401,
      'get /api/v1/calls/{id}': 401,
      'get /api/v1/calls/{id}/log': 401,
      'get /api/v1/calls/{id}/recording': 401,
      'delete /api/v1/calls/{id}/recording': 401,
      'get /api/v1/calls/{id}/report': 401,
      'get /api/v1/providers': 401,
      'get /api/v1/providers/check': 401,
      'get /api/v1/calls/{id}/cost': 401,
      'get /api/v1/calls/{id}/stats': 401,
      'get /api/v1/costs': 401,
      'delete /api/v1/calls/{id}': 401,
      'get /api/v1/calls/{id}/commands/{commandId}': 401,
      'get /api/v1/calls/{id}/events': 401,
      'get /api/v1/calls/{id}/events/stream': 401,
      'get /api/v1/calls/{id}/latency': 401,
      'get /api/v1/calls/{id}/transcript/stream': 401,
      'post /api/v1/calls/{id}/digits': 401,
      'post /api/v1/calls/{id}/give-back': 401,
      'post /api/v1/calls/{id}/hand-over': 401,
      'post /api/v1/calls/{id}/hangup': 401,
      'post /api/v1/calls/{id}/hold': 401,
      'post /api/v1/calls/{id}/mute': 401,
      'post /api/v1/calls/{id}/play': 401,
      'post /api/v1/calls/{id}/resume': 401,
      'post /api/v1/calls/{id}/say': 401,
      'post /api/v1/calls/{id}/take-over': 401,
      'post /api/v1/calls/{id}/transfer': 401,
      'post /api/v1/calls/{id}/unmute': 401,
      'post /api/v1/calls/{id}/whisper': 401,
    });
  });

  it('lets its holder in', async () => {
    expect((await withKey(`Bearer ${KEY}`)).status).toBe(200);
    expect((await withKey(`bearer ${KEY}`)).status).toBe(200);
  });

  it('opens what it is for, and to nobody but an admin what does not say what it needs', async () => {
    api.centre.keys.set('cn_a-key-of-a-viewer', { id: 'k2', name: 'viewer', scopes: ['agents:read'] });
    const authorization = 'Bearer cn_a-key-of-a-viewer';
    expect((await withKey(authorization)).status).toBe(200);
    for (const path of ['/api/v1/calls', '/api/v1/forgetful'])
      expect(await api.ask(path, { headers: { authorization } })).toMatchObject({
        status: 403,
        body: { code: 'auth.forbidden' },
      });
    expect((await api.ask('/api/v1/forgetful')).status).toBe(200);
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
      headers: { authorization: 'Bearer cn_wrong-key' },
    });
    expect(status).toBe(401);
  });

  it('is looked up once in ten seconds, a wrong one each time', async () => {
    for (let n = 0; n < 3; n += 1) await withKey(`Bearer ${KEY}`);
    expect(api.centre.timesAskedForKeys).toBe(1);
    for (let n = 0; n < 3; n += 1) await withKey('Bearer cn_wrong-key');
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
