import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';
import { uuid } from '../testing/fake-centre.js';
import { liveCall, storedCall } from '../testing/some-calls.js';

let api: ApiUnderTest;
beforeEach(async () => void (api = await startApi()));
afterEach(() => api.close());

const hangUp = (id: string) => api.ask(`/api/v1/calls/${id}/hangup`, { method: 'POST' });

describe('what is asked of a call', () => {
  it('is noted before it is done: who, what and of which call', async () => {
    api.centre.live.push(liveCall(1));
    expect((await hangUp(uuid(1))).status).toBe(200);
    await hangUp(uuid(2)); // nobody's, and asked for all the same
    const by = expect.objectContaining({ kind: 'key', id: 'k1', name: 'dashboard', requestId: expect.any(String) });
    expect(api.centre.audited).toEqual([
      { by, action: 'hangUpCall', subject: { type: 'calls', id: uuid(1) } },
      { by, action: 'hangUpCall', subject: { type: 'calls', id: uuid(2) } },
    ]);
  });

  it('is done while it cannot be noted, and then stands in the log of this process', async () => {
    api.centre.live.push(liveCall(1));
    await api.ask('/api/v1/agents'); // the key is known from now on
    api.centre.down.add('postgres');
    expect((await hangUp(uuid(1))).status).toBe(200);
    expect(api.centre.sent).toHaveLength(1);
    expect(api.logged()).toMatch(/"action":"hangUpCall".*audit entry could not be written/);
  });

  it('is not noted when it only reads, but for what leaves the house, which is not told unnoted', async () => {
    api.centre.stored.push(storedCall(1, { recordingPath: 'book-a-table-8k.wav' }));
    await api.ask(`/api/v1/calls/${uuid(1)}`);
    expect(api.centre.audited).toEqual([]);
    expect((await api.ask(`/api/v1/calls/${uuid(1)}/recording`)).status).toBe(200);
    expect(api.centre.audited).toMatchObject([{ action: 'getCallRecording' }]);
    api.centre.down.add('postgres');
    expect((await api.ask(`/api/v1/calls/${uuid(1)}/recording`)).status).toBe(503);
  });
});
