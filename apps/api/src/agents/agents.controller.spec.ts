import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';
import { uuid } from '../testing/fake-centre.js';
import { AGENT_ID, liveCall, someAgent } from '../testing/some-calls.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
  api.centre.agents.push(someAgent());
});
afterEach(() => api.close());

describe('agents', () => {
  it('are told with their lines, their own or the installation’s, and how many are in use', async () => {
    api.centre.agents.push(someAgent({ id: uuid(9_002) as never, slug: 'sales', lines: 20 }));
    api.centre.live.push(liveCall(1));
    expect((await api.ask('/api/v1/agents')).body).toMatchObject({
      agents: [
        { slug: 'reception', language: 'en-GB', lines: 3, linesInUse: 1, numbers: ['+441632960000'] },
        { slug: 'sales', lines: 20, linesInUse: 0 },
      ],
    });
  });

  it('can be asked for one by one', async () => {
    expect((await api.ask(`/api/v1/agents/${AGENT_ID}`)).body).toMatchObject({ id: AGENT_ID, liveVersion: 2 });
    expect(await api.ask(`/api/v1/agents/${uuid(7)}`)).toMatchObject({
      status: 404,
      body: { code: 'agent.not-found' },
    });
    expect(await api.ask('/api/v1/agents/reception')).toMatchObject({ status: 404 });
  });

  it('are known while live state is gone, but not how many lines they use', async () => {
    api.centre.down.add('redis');
    expect(await api.ask('/api/v1/agents')).toMatchObject({ status: 200, body: { agents: [{ linesInUse: null }] } });
  });
});
