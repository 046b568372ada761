import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LiveCall } from '@app/live-state';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';
import { uuid } from '../testing/fake-centre.js';
import { liveCall, someAgent, storedCall } from '../testing/some-calls.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
  api.centre.agents.push(someAgent());
  api.centre.live.push(liveCall(3));
  for (let asked = 0; asked < 4; asked += 1) await get('?state=live'); // so who asks is known, and the agent is
  api.centre.live.push(liveCall(1, { carrierCallId: 'one' }), liveCall(2, { direction: 'outbound' }));
});
afterEach(() => api.close());

const get = (path: string) => api.ask(`/api/v1/calls${path}`);
const waitsOf = (path: string) => api.centre.waits.during(get(path));
/** What is live of the first call from now on. */
const replaceFirst = (...now: LiveCall[]) => void api.centre.live.splice(1, 1, ...now);
const note = (summary: string) => ({ type: 'summary', at: new Date(5), data: { summary } });
const notesOf = async (path: string) => ((await get(path)).body as { carrierNotes: { data: unknown }[] }).carrierNotes;

describe('how often a question waits for stores, one after another', () => {
  it('is once for a live call that was told before, and twice for one that is new', async () => {
    expect(await waitsOf(`/${uuid(1)}`)).toBe(2);
    expect(await waitsOf(`/${uuid(1)}`)).toBe(1);
    await get(`/${uuid(2)}`);
    expect(await waitsOf(`/${uuid(2)}`)).toBe(1);
  });

  it('is once for a live call that was listed before', async () => {
    await get('?state=live');
    expect(await waitsOf(`/${uuid(1)}`)).toBe(1);
    expect(await waitsOf(`/${uuid(2)}`)).toBe(1);
  });

  it('is once for the newest calls, live ones among them, and for the live ones', async () => {
    for (const { id, startedAt } of api.centre.live)
      api.centre.stored.push(storedCall(1, { id, state: 'live', startedAt: new Date(startedAt), finishedAt: null }));
    api.centre.stored.push(storedCall(4));
    expect(await waitsOf('')).toBe(1);
    expect(await waitsOf('?state=live')).toBe(1);
  });

  it('is twice for calls of a kind, if one of them is live', async () => {
    api.centre.stored.push(storedCall(1, { state: 'live', finishedAt: null }));
    await get('');
    expect(await waitsOf('?direction=inbound')).toBe(2);
  });
});

describe('what lies beside a call', () => {
  it('is looked for by what is known of the call now, not by what was', async () => {
    api.centre.notes.set('one', [note('They want it.')]).set('other', [note('They do not.')]);
    expect(await notesOf(`/${uuid(1)}`)).toMatchObject([{ data: { summary: 'They want it.' } }]);
    replaceFirst(liveCall(1, { carrierCallId: 'other' }));
    expect(await notesOf(`/${uuid(1)}`)).toMatchObject([{ data: { summary: 'They do not.' } }]);
  });

  it('is not told of a call that is there no more, nor does it fail one that is not told', async () => {
    await get(`/${uuid(1)}`);
    replaceFirst();
    expect((await get(`/${uuid(1)}`)).status).toBe(404);
    await get(`/${uuid(2)}`);
    api.centre.down.add('postgres');
    expect((await get(`/${uuid(2)}`)).status).toBe(503);
  });

  it('is not looked for in Postgres of a live call of which nothing was noted', async () => {
    api.centre.down.add('postgres');
    expect((await get(`/${uuid(1)}`)).status).toBe(200);
    api.centre.notes.set('one', [note('They want it.')]);
    expect((await get(`/${uuid(1)}`)).status).toBe(503);
  });

  it('is told of calls whatever was asked for meanwhile, each by its own', async () => {
    api.centre.notes.set('one', [note('They want it.')]);
    await Promise.all([get(`/${uuid(1)}`), get(`/${uuid(2)}`)]);
    const [first, second] = await Promise.all([notesOf(`/${uuid(1)}`), notesOf(`/${uuid(2)}`)]);
    expect([first.length, second.length]).toEqual([1, 0]);
  });
});
