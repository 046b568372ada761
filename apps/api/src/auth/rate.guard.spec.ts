import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';

let api: ApiUnderTest;
beforeEach(async () => void (api = await startApi()));
afterEach(() => api.close());

describe('requests of one key', () => {
  it('are told how many more there may be, and refused beyond that', async () => {
    const { headers } = await api.ask('/api/v1/agents');
    const told = ['limit', 'remaining', 'reset', 'policy'].map((name) => headers.get(`ratelimit-${name}`));
    expect(told).toEqual(['1000', '999', '60', '1000;w=60']);
    api.centre.rates.set('key:k1', 1_000);
    const late = await api.ask('/api/v1/agents');
    expect(late).toMatchObject({ status: 429, body: { code: 'request.too-many', retryAfterS: 60 } });
    expect(late.headers.get('retry-after')).toBe('60');
  });

  it('are not counted while live state is gone, nor are those that are public', async () => {
    expect((await api.ask('/health')).headers.get('ratelimit-limit')).toBeNull();
    api.centre.down.add('redis');
    const answer = await api.ask('/api/v1/agents');
    expect([answer.status, answer.headers.get('ratelimit-limit')]).toEqual([200, null]);
  });
});
