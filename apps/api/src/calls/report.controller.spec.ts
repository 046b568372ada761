import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { ReadyReport } from '@app/persistence';
import { type ApiUnderTest, startApi } from '../testing/api-under-test.js';
import { uuid } from '../testing/fake-centre.js';
import { liveCall, someAgent, storedCall } from '../testing/some-calls.js';

const READY: ReadyReport = {
  state: 'ready',
  madeBy: 'openai/any',
  language: 'en-GB',
  summary: 'The caller asked where the order is.',
  outcome: 'follow-up',
  sentiment: 'neutral',
  followUps: [{ what: 'Tell the caller.', by: 'centre' }],
  tokens: { input: 200, output: 40 },
  madeAt: new Date(90_000),
};

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
  api.centre.agents.push(someAgent());
});
afterEach(() => api.close());

const reportOf = (id: string) => api.ask(`/api/v1/calls/${id}/report`);

describe('GET /calls/:id/report', () => {
  it('answers with the report', async () => {
    api.centre.reports.set(uuid(1), READY);
    const { status, body } = await reportOf(uuid(1));

    expect([status, body]).toEqual([200, { ...READY, madeAt: '1970-01-01T00:01:30.000Z', failure: null }]);
  });

  it('answers why there is none', async () => {
    const failed = {
      state: 'failed',
      madeBy: 'openai/any',
      failure: 'answer-unfit',
      madeAt: new Date(90_000),
    } as const;
    api.centre.reports.set(uuid(1), failed);
    const { status, body } = await reportOf(uuid(1));

    expect(status).toBe(200);
    expect(body).toMatchObject({ state: 'failed', failure: 'answer-unfit', summary: null, followUps: [] });
  });

  it.each([
    ['of a live call', 409, 'report.pending', () => api.centre.live.push(liveCall(2))],
    ['of a call that was stored just now', 409, 'report.pending', () => api.centre.stored.push(storedCall(2))],
    [
      'of a call that nobody carried',
      404,
      'report.none',
      () => api.centre.stored.push(storedCall(2, { state: 'missed' })),
    ],
    ['of a call that nobody knows', 404, 'call.not-found', () => 0],
  ])('has none %s', async (_of, status, code, given) => {
    given();
    expect(await reportOf(uuid(2))).toMatchObject({ status, body: { code } });
  });

  it('takes what is no id for nobody’s', async () => {
    expect(await reportOf('none')).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
  });
});
