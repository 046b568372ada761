import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clientFor, getCall, listAgents, listCalls } from '@app/client';
import { systemClock } from '@app/kernel';
import { ApiKeyStore } from '@app/persistence';
import { type PostgresForSpecs, postgresForSpecs } from '@app/persistence/testing';
import { apiInProcess } from './api-in-process.js';
import { freshDatabase, freshRedis } from './stores.js';

describe('the client that is made from openapi.json', () => {
  let database: Awaited<ReturnType<typeof freshDatabase>>;
  let postgres: PostgresForSpecs;
  let api: Awaited<ReturnType<typeof apiInProcess>>;
  let key: string;
  beforeAll(async () => {
    database = await freshDatabase();
    postgres = await postgresForSpecs(database.url);
    key = await new ApiKeyStore(postgres.prisma, systemClock).create('client', ['admin']);
    api = await apiInProcess({ DATABASE_URL: database.url, REDIS_URL: (await freshRedis()).url });
  });
  afterAll(async () => {
    await api.close();
    await postgres.close();
    await database.drop();
  });

  it('asks with its key, and gives answers as they are described', async () => {
    const client = clientFor({ url: `${api.url}/`, key: () => Promise.resolve(key) });
    const { data, error } = await listAgents({ client });
    expect(error).toBeUndefined();
    expect(data?.agents.map(({ id }) => id)).toEqual([postgres.agentId]);
    expect((await listCalls({ client, query: { state: 'live' } })).data).toMatchObject({ calls: [] });
  });

  it('gives problems as they are described', async () => {
    const client = clientFor({ url: api.url, key });
    const missing = await getCall({ client, path: { id: '0199a0de-1f3c-7b5e-8c44-0123456789ab' } });
    expect([missing.response?.status, missing.error]).toMatchObject([404, { code: 'call.not-found' }]);
    const refused = await listAgents({ client: clientFor({ url: api.url, key: 'none' }) });
    expect([refused.response?.status, refused.error]).toMatchObject([401, { status: 401 }]);
  });
});
