import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type LogEntry, writeEntry } from '@app/conversation';
import type { CallCost, CostLine, ProviderUsage } from '@app/conversation/ports';
import { someSettings } from '@app/conversation/testing';
import type { DayCost } from '@app/persistence';
import { type ApiUnderTest, startApi } from '../../testing/api-under-test.js';
import { uuid } from '../../testing/fake-centre.js';
import { AGENT_ID, liveCall, someAgent, storedCall } from '../../testing/some-calls.js';

let api: ApiUnderTest;
beforeEach(async () => {
  api = await startApi();
  api.centre.agents.push(someAgent());
});
afterEach(() => api.close());

const costOf = (n: number) => api.ask(`/api/v1/calls/${uuid(n)}/cost`);
const AMOUNTS = { inputTokens: 0, cachedInputTokens: 0, writtenInputTokens: 0, outputTokens: 0, audioTokens: 0, characters: 0, soundMs: 0 }; // prettier-ignore
const line = (changes: Partial<CostLine>): CostLine => ({
  ...{ turn: 1, agentId: AGENT_ID, stage: 'model', provider: 'a/mind', waste: null, uses: 1 },
  ...AMOUNTS,
  ...{ usd: 0.5, estimated: false, unmetered: 0 },
  ...changes,
});
const COST: CallCost = {
  lines: [
    line({ turn: 0, stage: 'voice', provider: 'a/voice', usd: 0.25 }),
    line({}),
    line({ waste: 'speculation', usd: 0.125 }),
    line({ turn: 2, provider: 'b/free', usd: null }),
  ],
  prices: [{ stage: 'model', provider: 'a/mind', date: '2026-11-21', knownFrom: 'vendor', source: 'a page' }],
};

function log(n: number, ...usages: ProviderUsage[]): void {
  const settings = { ...someSettings(), agent: { ...someSettings().agent, id: AGENT_ID } };
  const started = { type: 'call-started', settings, functions: [], direction: 'inbound', startedAt: '', ducks: false } as const; // prettier-ignore
  const used = usages.map((usage) => ({ type: 'provider-used', usage }) as const);
  const written = api.centre.liveLogs.open(uuid(n));
  [started, ...used].forEach((input, seq) => written.append(writeEntry({ seq, atMs: seq, input, effects: [] } as LogEntry))); // prettier-ignore
}

describe('GET /calls/:id/cost', () => {
  it('tells what is stored: by turn, by provider, what was wasted and what has no price apart', async () => {
    api.centre.stored.push(storedCall(1));
    api.centre.costs.set(uuid(1), COST);
    const { status, body } = await costOf(1);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      ...{ currency: 'USD', usd: 0.875, wastedUsd: 0.125, unpriced: ['b/free'], isFinal: true },
      turns: [
        { turn: 0, usd: 0.25 },
        { turn: 1, usd: 0.625, wastedUsd: 0.125 },
        { turn: 2, usd: null, unpriced: ['b/free'] },
      ],
      providers: [{ provider: 'a/voice' }, { provider: 'a/mind', usd: 0.625 }, { provider: 'b/free', usd: null }],
      waste: [{ waste: 'speculation', usd: 0.125 }],
      lines: COST.lines,
      prices: COST.prices,
    });
  });

  it('reckons that of a live call from its log, as far as it has come', async () => {
    api.centre.live.push(liveCall(1));
    log(1, { stage: 'recogniser', provider: 'openai/gpt-transcribe', soundMs: 60_000 });
    expect((await costOf(1)).body).toMatchObject({
      ...{ usd: 0.0045, unpriced: [], isFinal: false },
      lines: [{ turn: 1, agentId: AGENT_ID, soundMs: 60_000, usd: 0.0045 }],
      prices: [{ provider: 'openai/gpt-transcribe', knownFrom: 'vendor', date: '2026-11-21' }],
    });
  });

  it('is nothing yet for a live call that has used nothing', async () => {
    api.centre.live.push(liveCall(1));
    log(1);
    expect((await costOf(1)).body).toMatchObject({ usd: 0, lines: [], isFinal: false });
  });

  it('is not made up where nobody counted', async () => {
    api.centre.stored.push(storedCall(1));
    api.centre.storedLogs.set(uuid(1), ['{"format":1,"seq":0,"atMs":0,"input":{"type":"line-up"},"effects":[]}']);
    expect(await costOf(1)).toMatchObject({ status: 404, body: { code: 'call.no-cost' } });
  });

  it('is not known of a call that is not', async () => {
    expect(await costOf(9)).toMatchObject({ status: 404, body: { code: 'call.not-found' } });
  });
});

describe('a call in a list', () => {
  it('has its cost when that is stored', async () => {
    api.centre.stored.push(storedCall(1, { cost: { usd: 0.5, wastedUsd: 0, unpriced: [] } }), storedCall(2));
    const { body } = await api.ask('/api/v1/calls');
    expect((body as { calls: unknown[] }).calls).toMatchObject([
      { id: uuid(2), cost: null },
      { id: uuid(1), cost: { currency: 'USD', usd: 0.5, wastedUsd: 0, unpriced: [] } },
    ]);
  });
});

describe('GET /costs', () => {
  const day = (changes: Partial<DayCost>): DayCost => ({
    ...{ day: '2026-11-20', agentId: AGENT_ID, calls: 2, usd: 0.75, wastedUsd: 0.25, unpriced: [] },
    providers: [
      { stage: 'model', provider: 'a/mind', waste: null, uses: 3, ...AMOUNTS, usd: 0.5, estimated: false, unmetered: 0, unpriced: false }, // prettier-ignore
      { stage: 'model', provider: 'a/mind', waste: 'unheard', uses: 1, ...AMOUNTS, usd: 0.25, estimated: false, unmetered: 0, unpriced: false }, // prettier-ignore
    ],
    ...changes,
  });
  const ask = (query = '') => api.ask(`/api/v1/costs${query}`);

  it('adds up days and agents, and names the agents', async () => {
    api.centre.dayCosts.push(day({}), day({ day: '2026-11-19', agentId: null, unpriced: ['b/free'] }));
    expect((await ask('?from=2026-11-19&to=2026-11-20')).body).toMatchObject({
      ...{ from: '2026-11-19', to: '2026-11-20', currency: 'USD', usd: 1.5, wastedUsd: 0.5, unpriced: ['b/free'] },
      days: [
        { day: '2026-11-20', agent: { slug: 'reception' }, calls: 2, usd: 0.75, providers: [{ usd: 0.5 }, { waste: 'unheard' }] }, // prettier-ignore
        { day: '2026-11-19', agent: null, unpriced: ['b/free'] },
      ],
    });
  });

  it('tells the last week, and of one agent if asked so', async () => {
    const today = api.clock.date().toISOString().slice(0, 10);
    const [from, to] = [new Date(Date.parse(today) - 6 * 86_400_000).toISOString().slice(0, 10), today];
    api.centre.dayCosts.push(day({ day: from }), day({ day: to, agentId: null }));
    expect((await ask()).body).toMatchObject({ from, to, days: [{ day: from }, { day: to }] });
    expect((await ask(`?agentId=${AGENT_ID}`)).body).toMatchObject({ days: [{ day: from }] });
  });

  it.each([
    ['?from=2026-11-20&to=2026-11-19', 'from'],
    ['?from=2026-01-01&to=2026-11-19', 'from'],
    ['?to=2026-02-31', 'to'],
    ['?from=2026-02-31&to=2026-03-01', 'from'],
    ['?from=yesterday', 'from'],
    ['?agentId=ada', 'agentId'],
    ['?day=2026-11-20', 'day'],
  ])('refuses %s', async (query, field) => {
    expect(await ask(query)).toMatchObject({ status: 400, body: { code: 'request.invalid', errors: [{ field }] } });
  });
});
