import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';

let api: ApiUnderTest;
beforeEach(async () => (api = await startApi()));
afterEach(() => api.close());

describe('providers', () => {
  it('are told with how they do, to whole milliseconds', async () => {
    const shown = { stage: 'voice', name: 'a/b', host: 'host', state: 'open', latencyMs: 120, inUse: 2 } as const;
    const counted = { sessions: 4, switchesTo: 1, switchesFrom: 3 };
    api.centre.providerStatuses.push({ ...shown, downForMs: 1_234.5, ...counted });
    expect((await api.ask('/api/v1/providers')).body).toEqual({
      providers: [{ ...shown, downForMs: 1_235, ...counted }],
    });
  });

  it('are told to nobody without a key', async () => {
    const answer = await fetch(`${api.url}/api/v1/providers`);
    expect(answer.status).toBe(401);
  });

  it('are checked for whoever sets up the centre, and for nobody else', async () => {
    const check = { vendor: 'openai', state: 'wrong', says: 'the key is refused (401)', toDo: 'make one', tookMs: 7 } as const; // prettier-ignore
    api.centre.providerChecks.push(check);
    expect(await api.ask('/api/v1/providers/check')).toMatchObject({
      status: 200,
      body: { checkedAt: '1970-01-01T00:00:00.000Z', freshForS: 2, providers: [check] },
    });
    api.centre.keys.set('cn_viewer', { id: 'k2', name: 'viewer', scopes: ['agents:read'] });
    const headers = { authorization: 'Bearer cn_viewer' };
    expect(await api.ask('/api/v1/providers/check', { headers })).toMatchObject({
      status: 403,
      body: { code: 'auth.forbidden' },
    });
  });
});
