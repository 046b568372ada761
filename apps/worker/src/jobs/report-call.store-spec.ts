import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@app/boot';
import { type ModelRequest, ProviderError, StoreError } from '@app/conversation/ports';
import { ScriptedLanguageModel, type ScriptedReply } from '@app/conversation/testing';
import { newCallId, systemClock } from '@app/kernel';
import { Feed } from '@app/live-state';
import { AgentStore, type FinishedCall } from '@app/persistence';
import { begunCall, finishedCall } from '@app/persistence/testing';
import { ProviderCatalog } from '@app/providers';
import { until } from '../../../../test/until.js';
import { type StoresForSpecs, storesForSpecs } from '../testing/worker-for-specs.js';
import { WorkerEnds } from './no-report.js';
import { reportCall, type ReportCallParts } from './report-call.job.js';

const ANSWER = {
  summary: 'The caller asked where the order is.',
  outcome: 'follow-up',
  sentiment: 'neutral',
  followUps: [{ what: 'Tell the caller where the order is.', by: 'centre' }],
};

let stores: StoresForSpecs;
let feed: Feed;
let stop: AbortController;
let logged: string;

beforeAll(async () => {
  stores = await storesForSpecs();
  feed = new Feed(stores.redis);
});
afterAll(async () => {
  feed.close();
  await stores.close();
});
beforeEach(() => {
  stop = new AbortController();
  logged = '';
});

function workerWith(...replies: (string | ScriptedReply)[]) {
  const model = new ScriptedLanguageModel(systemClock, replies, { name: 'lab/mind' });
  const catalog = new ProviderCatalog([
    { stage: 'model', vendor: 'lab', usualModel: 'mind', host: 'here', make: () => model },
  ]);
  const log = createLogger({ name: 'worker', level: 'info', destination: { write: (line) => void (logged += line) } });
  const agents = new AgentStore(stores.postgres.prisma);
  const parts: ReportCallParts = { ...stores, agents, catalog, feed, clock: systemClock, log, stop: stop.signal };
  return { model, parts, report: (callId: string, attempt = 1) => reportCall(parts)({ callId }, { attempt }) };
}

async function storedCall(changes: Partial<FinishedCall> = {}): Promise<string> {
  const call = begunCall(stores.postgres.agentId);
  await stores.calls.begin(call);
  await stores.calls.finish(call.id, finishedCall(changes));
  return call.id;
}

const withoutWords = (): Partial<FinishedCall> => {
  const { record } = finishedCall();
  return { record: { ...record, segments: record.segments.filter(({ speaker }) => speaker === 'agent') } };
};

describe('the report of a call', () => {
  it('is what its model answered, in the shape that was asked for', async () => {
    const callId = await storedCall();
    await workerWith(JSON.stringify(ANSWER)).report(callId);

    expect(await stores.reports.get(callId)).toEqual({
      ...{ state: 'ready', madeBy: 'lab/mind', language: 'en-GB', tokens: null },
      ...ANSWER,
      madeAt: expect.any(Date),
    });
  });

  it('is asked for in the call’s language, with what was said, heard and not heard', async () => {
    const callId = await storedCall();
    const { model, report } = workerWith(JSON.stringify(ANSWER));
    await report(callId);

    const [asked] = model.requests as [ModelRequest];
    const [system, told] = asked.messages as unknown as [{ text: string }, { text: string }];
    expect(system.text).toContain('British English (en-GB)');
    expect(told.text).toContain('Caller: Where is my order?\nAgent: One moment please. [not heard: I will look.]');
    expect(asked).toMatchObject({ requestId: `${callId}/report`, answerSchema: { name: 'call_report' } });
    expect(asked.answerSchema?.schema).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['summary', 'outcome', 'sentiment', 'followUps'],
    });
    expect(JSON.stringify(asked.answerSchema)).not.toMatch(/minLength|maxLength|\$schema|\$ref/);
  });

  it('tells nobody’s number: neither the model nor the log of the process', async () => {
    const callId = await storedCall();
    const { model, report } = workerWith({ error: new ProviderError('lab/mind', 'refused') }, JSON.stringify(ANSWER));
    await report(callId, 9);

    const [{ messages = [] } = {}] = model.requests;
    expect(JSON.stringify(messages)).not.toContain('33600000001');
    expect(logged).not.toMatch(/33600000001|33184990011|my order/);
  });

  it('is stored once, and another model is not asked', async () => {
    const callId = await storedCall();
    await workerWith(JSON.stringify(ANSWER)).report(callId);
    const again = workerWith();
    await again.report(callId);

    expect(again.model.requests).toEqual([]);
  });

  it('is one when two are given it at the same time, and is told once', async () => {
    const callId = await storedCall();
    const told: unknown[] = [];
    const end = await feed.subscribe(callId, (item) => told.push(item));
    const other = JSON.stringify({ ...ANSWER, summary: 'Other words.' });
    await Promise.all([workerWith(JSON.stringify(ANSWER)).report(callId), workerWith(other).report(callId)]);
    await until(() => told.length > 0);
    await feed.subscribe('all', () => undefined).then((enough) => enough()); // all that was told before is here by now
    await end();

    expect(told).toEqual([{ callId, seq: 0, atMs: 12_345, event: { type: 'call.reported', state: 'ready' } }]);
    expect(await stores.postgres.prisma.callReport.count({ where: { callId } })).toBe(1);
  });

  it('of a call without a word of the caller’s is made without a model', async () => {
    const callId = await storedCall(withoutWords());
    const { model, report } = workerWith();
    await report(callId);

    expect(model.requests).toEqual([]);
    expect(await stores.reports.get(callId)).toMatchObject({
      ...{ state: 'ready', madeBy: 'rule', outcome: 'no-conversation', sentiment: null, followUps: [] },
      summary: 'The caller said nothing that was understood.',
    });
  });

  it('is not made of a call that is not stored', async () => {
    await expect(workerWith().report(newCallId())).resolves.toBeUndefined();
  });
});

describe('a report that cannot be had', () => {
  const unavailable = { error: new ProviderError('lab/mind', 'unreachable') };

  it.each([
    ['no JSON', 'I would rather talk.', 'worker.answer-unfit'],
    ['an outcome of its own', JSON.stringify({ ...ANSWER, outcome: 'splendid' }), 'worker.answer-unfit'],
    ['an empty summary', JSON.stringify({ ...ANSWER, summary: ' ' }), 'worker.answer-unfit'],
    ['something beside it', JSON.stringify({ ...ANSWER, mood: 'good' }), 'worker.answer-unfit'],
    ['half an answer', { text: JSON.stringify(ANSWER), reason: 'length' as const }, 'worker.answer-cut-off'],
    ['a refusal', { text: 'No.', reason: 'refused' as const }, 'worker.model-refused'],
    ['nothing, for its provider is gone', unavailable, 'provider.unreachable'],
  ])('is tried for again: %s', async (_what, reply, code) => {
    const callId = await storedCall();
    await expect(workerWith(reply).report(callId)).rejects.toMatchObject({ code, retryable: true });

    expect(await stores.reports.get(callId)).toBeUndefined();
  });

  it.each([
    ['answer-unfit', 4, 'I would rather talk.'],
    ['answer-cut-off', 2, { text: '{', reason: 'length' as const }],
    ['model-refused', 2, { reason: 'refused' as const }],
    ['provider-refused', 4, { error: new ProviderError('lab/mind', 'refused') }],
    ['provider-unavailable', 60, unavailable],
  ])('is stored as failed in the end: %s', async (failure, attempt, reply) => {
    const callId = await storedCall();
    await workerWith(reply).report(callId, attempt);

    const expected = { state: 'failed', madeBy: 'lab/mind', failure, madeAt: expect.any(Date) };
    expect(await stores.reports.get(callId)).toEqual(expected);
  });

  it('is failed at once when nobody here has the agent’s model', async () => {
    const callId = await storedCall();
    const { parts } = workerWith();
    await reportCall({ ...parts, catalog: new ProviderCatalog([]) })({ callId }, { attempt: 1 });

    expect(await stores.reports.get(callId)).toMatchObject({ state: 'failed', failure: 'no-such-model' });
  });

  it('is failed before its job is no longer given out, when the fault is ours', async () => {
    const callId = await storedCall();
    const broken = { error: new TypeError('a bug') };
    await expect(workerWith(broken).report(callId, 3)).rejects.toThrow('a bug');
    await workerWith(broken).report(callId, 4);

    expect(await stores.reports.get(callId)).toMatchObject({ state: 'failed', failure: 'broken' });
    expect(logged).toContain('a bug');
  });

  it('waits for a store that is gone as long as it takes, and for the next worker when this one ends', async () => {
    const callId = await storedCall();
    const { parts } = workerWith(JSON.stringify(ANSWER));
    const gone = new StoreError('postgres', 'unavailable');
    const reports = Object.assign(Object.create(stores.reports) as typeof stores.reports, {
      save: () => Promise.reject(gone),
    });
    await expect(reportCall({ ...parts, reports })({ callId }, { attempt: 900 })).rejects.toBe(gone);
    const slow = workerWith({ afterMs: Infinity });
    const asked = slow.report(callId, 900);
    await until(() => slow.model.requests.length > 0);
    stop.abort(new WorkerEnds());

    await expect(asked).rejects.toMatchObject({ code: 'worker.ends', retryable: true });
    expect(await stores.reports.get(callId)).toBeUndefined();
  });
});
