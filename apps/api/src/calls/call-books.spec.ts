import { beforeEach, describe, expect, it } from '@jest/globals';
import { type CallSettings, StoreError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import { uuid } from '../testing/fake-centre.js';
import { AGENT_ID, someAgent } from '../testing/some-calls.js';
import { CallBooks, type NotedCall } from './call-books.js';
import { agentSettings, arrivedCall, FakeStores, logLines } from './testing/carrying-fakes.js';

const CALL_ID = uuid(1);

let clock: FakeClock;
let stores: FakeStores;
let lines: Record<string, unknown>[];
let books: CallBooks;
let call: NotedCall;

beforeEach(async () => {
  clock = new FakeClock();
  stores = new FakeStores(clock);
  const logged = logLines();
  lines = logged.lines;
  books = new CallBooks({ ...stores.parts(), clock, log: logged.log, linesPerAgent: 2 });
  await clock.advance(1_000);
  call = { arrived: arrivedCall(1), settings: agentSettings(), startedAt: clock.date() };
});

/** What did not resolve stays `pending`. */
function watched(work: Promise<void>): { state: 'pending' | 'done' } {
  const seen: { state: 'pending' | 'done' } = { state: 'pending' };
  void work.then(() => (seen.state = 'done'));
  return seen;
}

/** Undefined as long as they are waited for. */
function answerOf(work: Promise<CallSettings>): { settings?: CallSettings } {
  const seen: { settings?: CallSettings } = {};
  void work.then((settings) => (seen.settings = settings));
  return seen;
}

const endCall = () => books.end(call, 'caller-hung-up', stores.logs.open(CALL_ID));

describe('the settings of an agent', () => {
  it('are read anew after five seconds, and not before', async () => {
    await books.settingsOf(AGENT_ID);
    await clock.advance(4_999);
    await books.settingsOf(AGENT_ID);
    expect(stores.settingsRead).toBe(1);
    await clock.advance(1);
    stores.settings = agentSettings({ greeting: 'Good evening.' });
    expect(await books.settingsOf(AGENT_ID)).toMatchObject({ greeting: 'Good evening.' });
    expect(stores.settingsRead).toBe(2);
  });

  it('are known by heart while Postgres is gone', async () => {
    const settings = await books.settingsOf(AGENT_ID);
    stores.down.add('postgres');
    await clock.advance(3_600_000);
    expect(await books.settingsOf(AGENT_ID)).toEqual(settings);
    expect(lines).toMatchObject([{ msg: 'settings could not be read anew', agentId: AGENT_ID }]);
  });

  it('do not keep a call waiting for a Postgres that hangs, whatever their age, and are asked for once', async () => {
    const known = await books.settingsOf(AGENT_ID);
    stores.hanging.add('postgres');
    await clock.advance(60_000);
    const [first, second] = [answerOf(books.settingsOf(AGENT_ID)), answerOf(books.settingsOf(AGENT_ID))];
    await clock.advance(50);
    expect([first.settings, second.settings]).toEqual([known, known]);
    expect(stores.settingsRead).toBe(2);
    await clock.advance(600_000);
    const old = answerOf(books.settingsOf(AGENT_ID));
    await clock.advance(50);
    expect(old.settings).toBeUndefined(); // so old ones are worth waiting for
    await clock.advance(2_000);
    expect(old.settings).toEqual(known);
    expect(clock.waiting).toBe(0);
  });

  it('are given up after two seconds when Postgres hangs and nobody called before', async () => {
    stores.hanging.add('postgres');
    const missing = books.settingsOf(AGENT_ID).catch((error: unknown) => error);
    await clock.advance(2_000);
    expect(await missing).toMatchObject({ code: 'store.unavailable' });
  });

  it('come late and are there for the next call', async () => {
    await books.settingsOf(AGENT_ID);
    await clock.advance(5_000);
    stores.hanging.add('postgres');
    const old = answerOf(books.settingsOf(AGENT_ID));
    await clock.advance(50);
    expect(old.settings).toMatchObject({ greeting: agentSettings().greeting });
    stores.settings = agentSettings({ greeting: 'Good evening.' });
    stores.letGo();
    await clock.advance(0);
    expect(await books.settingsOf(AGENT_ID)).toMatchObject({ greeting: 'Good evening.' });
  });

  it('are not known while Postgres is gone and nobody called before', async () => {
    stores.down.add('postgres');
    await expect(books.settingsOf(AGENT_ID)).rejects.toMatchObject({ code: 'store.unavailable' });
  });

  it.each(['not-found', 'unreadable'] as const)('are not remembered when the store answers %s', async (failure) => {
    await books.settingsOf(AGENT_ID);
    await clock.advance(5_000);
    stores.settingsError = new StoreError('postgres', failure);
    await expect(books.settingsOf(AGENT_ID)).rejects.toMatchObject({ code: `store.${failure}` });
  });
});

describe('the lines of an agent', () => {
  it('are as many as the agent has, else as many as the installation gives', async () => {
    await books.settingsOf(AGENT_ID);
    expect([await books.takeLine(uuid(1), AGENT_ID), await books.takeLine(uuid(2), AGENT_ID)]).toEqual([true, true]);
    expect(await books.takeLine(uuid(3), AGENT_ID)).toBe(false);
    await clock.advance(5_000);
    stores.agent = someAgent({ lines: 3 });
    await books.settingsOf(AGENT_ID);
    expect(await books.takeLine(uuid(3), AGENT_ID)).toBe(true);
  });

  it('are renewed every three seconds while calls last, and given back', async () => {
    books.open();
    await books.takeLine(uuid(1), AGENT_ID);
    await books.takeLine(uuid(2), AGENT_ID);
    await clock.advance(3_500);
    await books.giveLineBack(uuid(1));
    expect(stores.leases).toMatchObject([{ agentId: AGENT_ID, callId: uuid(2) }]);
    await clock.advance(3_000);
    await books.giveLineBack(uuid(2));
    await clock.advance(9_000);
    expect(stores.renewed).toEqual([
      { atMs: 4_000, callIds: [uuid(1), uuid(2)] },
      { atMs: 7_000, callIds: [uuid(2)] },
    ]);
    books.close();
    expect(clock.waiting).toBe(0);
  });

  it('are not counted while Redis is gone: calls are taken, and their lines claimed when it is back', async () => {
    books.open();
    stores.down.add('redis');
    for (const n of [1, 2, 3]) expect(await books.takeLine(uuid(n), AGENT_ID)).toBe(true);
    await clock.advance(3_000);
    expect(lines.at(-1)).toMatchObject({ msg: 'lines could not be renewed' });
    stores.down.delete('redis');
    await clock.advance(3_000);
    expect(stores.renewed).toEqual([{ atMs: 7_000, callIds: [uuid(1), uuid(2), uuid(3)] }]);
    books.close();
  });

  it('are no more than the node has, also while Redis is gone', async () => {
    const bound = new CallBooks({ ...stores.parts(), clock, log: logLines().log, linesPerAgent: 3, linesPerNode: 2 });
    for (const n of [1, 2]) expect(await bound.takeLine(uuid(n), AGENT_ID)).toBe(true);
    expect(await bound.takeLine(uuid(3), AGENT_ID)).toBe(false);
    stores.down.add('redis');
    expect(await bound.takeLine(uuid(3), AGENT_ID)).toBe(false);
    stores.down.delete('redis');
    await bound.giveLineBack(uuid(1));
    stores.down.add('redis');
    expect(await bound.takeLine(uuid(3), AGENT_ID)).toBe(true);
  });

  it('are let go of when Redis cannot be told so', async () => {
    books.open();
    await books.takeLine(uuid(1), AGENT_ID);
    stores.down.add('redis');
    await books.giveLineBack(uuid(1));
    stores.down.delete('redis');
    await clock.advance(6_000);
    expect(stores.renewed).toEqual([]);
    books.close();
  });
});

describe('the beginning of a call', () => {
  it('is noted as live and in its row, with whom the number belongs to', async () => {
    await books.begin(call);
    const facts = {
      id: CALL_ID,
      agentId: AGENT_ID,
      agentVersion: 1,
      carrierCallId: 'carrier-1',
      contactId: uuid(7_001),
    };
    expect(stores.live.get(CALL_ID)).toMatchObject({ ...facts, startedAt: '1970-01-01T00:00:01.000Z' });
    expect(stores.rows.get(CALL_ID)).toMatchObject({ ...facts, state: 'live', startedAt: new Date(1_000) });
  });

  it('loads nobody’s data for an orphan', async () => {
    await books.begin({ ...call, arrived: arrivedCall(1, { matchedBy: 'none', carrierCallId: null }) });
    expect(stores.live.get(CALL_ID)).toMatchObject({ contactId: null });
    expect(stores.rows.get(CALL_ID)).toMatchObject({ contactId: null });
  });

  it('is noted in Redis when Postgres is gone, and the other way round', async () => {
    stores.down.add('postgres');
    await books.begin(call);
    expect([stores.live.has(CALL_ID), stores.rows.has(CALL_ID)]).toEqual([true, false]);
    stores.live.clear();
    stores.down.clear();
    stores.down.add('redis');
    await books.begin(call);
    expect([stores.live.has(CALL_ID), stores.rows.has(CALL_ID)]).toEqual([false, true]);
    expect(lines.map(({ msg }) => msg)).toEqual([
      'contact could not be read',
      'call could not be stored',
      'call could not be noted as live',
    ]);
  });
});

describe('the end of a call', () => {
  it('is noted everywhere, and what comes after it waits ten seconds for the carrier', async () => {
    await books.begin(call);
    await clock.advance(60_000);
    await endCall();
    expect(stores.live.get(CALL_ID)).toMatchObject({
      endedAt: '1970-01-01T00:01:01.000Z',
      endReason: 'caller-hung-up',
    });
    expect(stores.rows.get(CALL_ID)).toMatchObject({ state: 'closing', endedAt: new Date(61_000) });
    expect(stores.jobs.get(CALL_ID)).toEqual({ delayMs: 10_000, promoted: false });
    expect(lines).toEqual([]);
  });

  it('waits for nothing when the carrier said it before', async () => {
    await books.begin(call);
    Object.assign(stores.live.get(CALL_ID) ?? {}, { hungUpAt: '1970-01-01T00:00:02.000Z' });
    await endCall();
    expect(stores.jobs.get(CALL_ID)).toEqual({ delayMs: 0, promoted: false });
  });

  it('waits no longer when the carrier said it while the job was put off', async () => {
    await books.begin(call);
    stores.onJob = (callId) => Object.assign(stores.live.get(callId) ?? {}, { hungUpAt: '1970-01-01T00:00:02.000Z' });
    await endCall();
    expect(stores.jobs.get(CALL_ID)).toEqual({ delayMs: 10_000, promoted: true });
  });

  it('makes good what Redis was not told at the beginning, with the time at which the call began', async () => {
    stores.down.add('redis');
    await books.begin(call);
    stores.down.delete('redis');
    await clock.advance(60_000);
    await endCall();
    expect(stores.live.get(CALL_ID)).toMatchObject({
      startedAt: '1970-01-01T00:00:01.000Z',
      answeredAt: '1970-01-01T00:00:01.000Z',
      endedAt: '1970-01-01T00:01:01.000Z',
      contactId: uuid(7_001),
    });
    expect(stores.jobs.has(CALL_ID)).toBe(true);
  });

  it('goes to finish-call, which makes the row, when Postgres is gone', async () => {
    stores.down.add('postgres');
    await books.begin(call);
    await endCall();
    expect(stores.live.get(CALL_ID)).toMatchObject({ endReason: 'caller-hung-up' });
    expect(stores.jobs.has(CALL_ID)).toBe(true);
  });

  it('is told to Redis when that is back, as it was, and logged once: else the call would pass for live', async () => {
    await books.begin(call);
    stores.down.add('redis');
    const ending = watched(endCall());
    await clock.advance(90_000);
    expect(ending.state).toBe('pending');
    stores.down.delete('redis');
    await clock.advance(1_000);
    expect(ending.state).toBe('done');
    expect(stores.live.get(CALL_ID)).toMatchObject({ endedAt: '1970-01-01T00:00:01.000Z' });
    expect(stores.jobs.has(CALL_ID)).toBe(true);
    expect(lines).toMatchObject([{ msg: 'call could not be read', callId: CALL_ID }]);
  });

  it('is given up when the process closes its books', async () => {
    stores.down.add('redis');
    const ending = watched(endCall());
    await clock.advance(5_000);
    books.close();
    await clock.advance(0);
    expect([ending.state, clock.waiting]).toEqual(['done', 0]);
  });

  it('waits five seconds at most for the log, which is written in the background after that', async () => {
    const withins: number[] = [];
    let closed = false;
    await books.end(call, 'caller-hung-up', {
      lost: 0,
      append: () => undefined,
      flush: (withinMs) => {
        withins.push(withinMs);
        return Promise.reject(new StoreError('redis', 'unavailable'));
      },
      close: () => void (closed = true),
    });
    expect({ withins, closed, jobs: stores.jobs.size }).toEqual({ withins: [5_000], closed: true, jobs: 1 });
  });
});

describe('a call of an agent that cannot be read', () => {
  it('is kept as missed, under the carrier’s id', async () => {
    await books.miss(arrivedCall(1));
    expect(stores.missed).toMatchObject([{ carrierCallId: 'carrier-1', endedAt: new Date(1_000) }]);
  });

  it('leaves a log line only when it is an orphan, or Postgres is gone', async () => {
    await books.miss(arrivedCall(1, { carrierCallId: null }));
    stores.down.add('postgres');
    await books.miss(arrivedCall(1));
    expect(stores.missed).toEqual([]);
    expect(lines).toMatchObject([{ msg: 'missed call could not be stored' }]);
  });
});
