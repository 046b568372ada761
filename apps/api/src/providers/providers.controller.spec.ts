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
});
