import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newCallId } from '@app/kernel';
import { freshDatabase } from '../../../test/stores.js';
import type { BegunCall } from './call.js';
import { CallStore } from './call.store.js';
import { begunCall, finishedCall, type PostgresForSpecs, postgresForSpecs } from './testing/index.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let store: CallStore;

beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  store = new CallStore(postgres.prisma);
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});
beforeEach(() => postgres.prisma.call.deleteMany());

const call = (changes: Partial<BegunCall> = {}): BegunCall => begunCall(postgres.agentId, changes);

describe('a call that begins', () => {
  it('is live, and says which agent has it', async () => {
    const begun = call({ carrierCallId: '1834567890123456789' });

    expect(await store.begin(begun)).toBe('begun');

    expect(await store.get(begun.id)).toMatchObject({
      id: begun.id,
      state: 'live',
      carrierCallId: '1834567890123456789',
      agent: { slug: 'clara', name: 'Clara', version: 1 },
      startedAt: begun.startedAt,
      finishedAt: null,
      transcript: [],
    });
  });

  it('begins once, however often that is said', async () => {
    const begun = call({ carrierCallId: '17' });
    await store.begin(begun);

    expect(await store.begin({ ...begun, from: null })).toBe('already');
    expect(await store.get(begun.id)).toMatchObject({ from: begun.from, carrierCallId: '17' });
    expect(await store.glance(begun.id)).toEqual({ state: 'live', finishedAt: null, recordingPath: null });
  });

  it('takes the place of a row that says it was missed', async () => {
    const begun = call({ carrierCallId: '17' });
    await store.noteMissed({ ...missed('17') });
    await store.begin(begun);

    expect((await store.list({ limit: 10 })).calls).toMatchObject([{ id: begun.id, state: 'live' }]);
  });

  it('keeps no id of the carrier when an earlier call of ours has it', async () => {
    const [first, second] = [call({ carrierCallId: '17' }), call({ carrierCallId: '17' })];
    await store.begin(first);

    expect(await store.begin(second)).toBe('second-stream');
    expect(await store.get(first.id)).toMatchObject({ carrierCallId: '17' });
    expect(await store.get(second.id)).toMatchObject({ carrierCallId: null });
  });
});

const missed = (carrierCallId: string) => ({
  carrier: 'ringover',
  carrierCallId,
  direction: 'inbound' as const,
  from: '+33600000001',
  to: '+33184990011',
  ringingAt: null,
  endedAt: new Date('2030-01-07T08:00:00.000Z'),
});

describe('a call that nobody carried', () => {
  it('is kept once', async () => {
    await store.noteMissed(missed('17'));
    await store.noteMissed(missed('17'));

    expect((await store.list({ limit: 10 })).calls).toMatchObject([
      { state: 'missed', carrierCallId: '17', agent: null, startedAt: missed('17').endedAt },
    ]);
  });

  it('is not kept when the call was carried', async () => {
    await store.begin(call({ carrierCallId: '17' }));
    await store.noteMissed(missed('17'));

    expect((await store.list({ limit: 10 })).calls).toMatchObject([{ state: 'live' }]);
  });
});

describe('finishing a call', () => {
  it('keeps the transcript, the latencies, the events and the log', async () => {
    const begun = call();
    const finished = finishedCall();
    await store.begin(begun);

    expect(await store.finish(begun.id, finished)).toBe('stored');

    const { segments, latencies, events } = finished.record;
    expect(await store.get(begun.id)).toMatchObject({
      state: 'ended',
      endedAt: finished.endedAt,
      endReason: 'caller-hung-up',
      ending: 'assumed',
      durationMs: 12_345,
      transcript: segments,
      latencies,
      events,
    });
    expect(await store.logOf(begun.id)).toEqual(finished.log);
  });

  it('changes nothing the second time', async () => {
    const begun = call();
    await store.begin(begun);
    await store.finish(begun.id, finishedCall());
    const before = await store.get(begun.id);

    const other = finishedCall({ log: ['{}'], ending: 'confirmed', endedAt: new Date(0) });
    expect(await store.finish(begun.id, other)).toBe('already');

    expect(await store.get(begun.id)).toEqual(before);
    expect(await store.logOf(begun.id)).toEqual(finishedCall().log);
  });

  it('is done by one of many who try at once', async () => {
    const begun = call();
    await store.begin(begun);

    const outcomes = await Promise.all(Array.from({ length: 5 }, () => store.finish(begun.id, finishedCall())));

    expect(outcomes.sort()).toEqual(['already', 'already', 'already', 'already', 'stored']);
  });

  it('leaves nothing behind when it breaks on the way', async () => {
    const begun = call();
    await store.begin(begun);
    const { record } = finishedCall();
    const twice = { ...record, latencies: [...record.latencies, ...record.latencies] };

    await expect(store.finish(begun.id, finishedCall({ record: twice }))).rejects.toMatchObject({
      code: 'store.conflict',
    });
    expect(await store.get(begun.id)).toMatchObject({ state: 'live', transcript: [], finishedAt: null });

    expect(await store.finish(begun.id, finishedCall())).toBe('stored');
  });

  it('refuses a call that is not known', async () => {
    await expect(store.finish(newCallId(), finishedCall())).rejects.toMatchObject({ code: 'store.not-found' });
  });

  it('uses the reason that it is given when the log breaks off before an end', async () => {
    const begun = call();
    await store.begin(begun);
    const record = { ...finishedCall().record, endReason: null };
    await store.finish(begun.id, finishedCall({ record, endReason: 'node-lost' }));

    expect(await store.get(begun.id)).toMatchObject({ endReason: 'node-lost' });
  });

  it('stores what Postgres cannot hold as the replacement character', async () => {
    const begun = call();
    await store.begin(begun);
    const { record } = finishedCall();
    const segments = record.segments.map((segment) => ({ ...segment, said: 'a\0b', heard: 'half \uD83D' }));
    const events = [{ seq: 0, atMs: 1.6, type: 'digit.pressed', data: { digit: '\0', text: '\uDE00 half' } }];
    await store.finish(begun.id, finishedCall({ record: { ...record, segments, events } }));

    const kept = await store.get(begun.id);
    expect(kept?.transcript[0]).toMatchObject({ said: 'a\uFFFDb', heard: 'half \uFFFD' });
    expect(kept?.events[0]).toMatchObject({ atMs: 2, data: { digit: '\uFFFD', text: '\uFFFD half' } });
  });

  it('keeps a call of more events than one statement takes', async () => {
    const begun = call();
    await store.begin(begun);
    const events = Array.from({ length: 7_000 }, (_, seq) => ({
      seq,
      atMs: seq,
      type: 'digit.pressed',
      data: { seq },
    }));
    const log = events.map((event) => JSON.stringify(event));
    await store.finish(begun.id, finishedCall({ log, record: { ...finishedCall().record, events } }));

    expect((await store.get(begun.id))?.events).toHaveLength(7_000);
    expect(await store.logOf(begun.id)).toEqual(log);
  }, 30_000);

  it('keeps no log for a call that left none', async () => {
    const begun = call();
    await store.begin(begun);
    await store.finish(begun.id, finishedCall({ log: [] }));

    expect(await store.logOf(begun.id)).toBeUndefined();
  });

  it('tells when a log is not what was put there', async () => {
    const begun = call();
    await store.begin(begun);
    await store.finish(begun.id, finishedCall());
    await postgres.prisma.callLog.update({ where: { callId: begun.id }, data: { sha256: 'of something else' } });

    await expect(store.logOf(begun.id)).rejects.toMatchObject({ code: 'store.unreadable' });
  });
});

describe('a call whose line is closed', () => {
  it('is closing until it is finished', async () => {
    const begun = call();
    await store.begin(begun);
    await store.noteClosing(begun.id, new Date('2030-01-07T09:00:12.000Z'));
    expect(await store.get(begun.id)).toMatchObject({
      state: 'closing',
      endedAt: new Date('2030-01-07T09:00:12.000Z'),
    });

    await store.finish(begun.id, finishedCall());
    await store.noteClosing(begun.id, new Date(0));
    expect(await store.get(begun.id)).toMatchObject({ state: 'ended', endedAt: finishedCall().endedAt });
  });
});

describe('a hang-up that comes late', () => {
  const amended = { ending: 'confirmed' as const, endedAt: new Date('2030-01-07T09:00:13.000Z') };

  it('confirms an ending that was assumed', async () => {
    const begun = call({ carrierCallId: '17' });
    await store.begin(begun);
    await store.finish(begun.id, finishedCall());

    expect(await store.amendEnding('ringover', '17', amended)).toBe(true);
    expect(await store.get(begun.id)).toMatchObject(amended);
  });

  it('changes no ending that was confirmed, and no call that is live', async () => {
    const [ended, live] = [call({ carrierCallId: '17' }), call({ carrierCallId: '18' })];
    await store.begin(ended);
    await store.begin(live);
    await store.finish(ended.id, finishedCall({ ending: 'confirmed' }));

    expect(await store.amendEnding('ringover', '17', amended)).toBe(false);
    expect(await store.amendEnding('ringover', '18', amended)).toBe(false);
    expect(await store.get(ended.id)).toMatchObject({ endedAt: finishedCall().endedAt });
  });
});

describe('what a carrier noted of a call', () => {
  const CALL = { carrier: 'ringover', carrierCallId: '77', from: '+33612345678', to: '+33184990011' };
  const [startedAt, endedAt] = [new Date('2030-01-07T09:00:00Z'), new Date('2030-01-07T09:10:00Z')];
  const notes = (changes: object = {}) => store.notesOf({ ...CALL, startedAt, endedAt, ...changes });
  const at = (iso: string, facts: object) =>
    postgres.prisma.carrierNote.create({
      data: { carrier: 'ringover', dedupeKey: randomUUID(), type: 'sms', data: {}, at: new Date(iso), ...facts },
    });

  it('is told by the carrier’s id, with messages between its two numbers until a day after, oldest first', async () => {
    const [there, back] = [
      { from: CALL.from, to: CALL.to },
      { from: CALL.to, to: CALL.from },
    ];
    await at('2030-01-07T10:00:00Z', { carrierCallId: '77', type: 'summary', data: { summary: 's' } });
    await at('2030-01-07T09:05:00Z', there);
    await at('2030-01-08T09:09:00Z', back);
    await at('2030-01-08T09:11:00Z', back); // a day is over
    await at('2030-01-07T08:59:00Z', there); // before it began
    await at('2030-01-07T09:05:00Z', { ...there, to: '+33184990012' });
    await at('2030-01-07T09:06:00Z', { carrierCallId: '78', type: 'tags' });
    await at('2030-01-07T09:06:00Z', { carrierCallId: '77', type: 'tags', carrier: 'twilio' });

    const told = await notes();
    expect(told.map(({ type, at: when }) => [type, when.toISOString()])).toEqual([
      ['sms', '2030-01-07T09:05:00.000Z'],
      ['summary', '2030-01-07T10:00:00.000Z'],
      ['sms', '2030-01-08T09:09:00.000Z'],
    ]);
    expect(told[1]?.data).toEqual({ summary: 's' });
    expect(await notes({ carrierCallId: null })).toHaveLength(2);
    expect(await notes({ carrierCallId: null, from: null })).toEqual([]);
  });
});

describe('the list of calls', () => {
  const at = (second: number) => new Date(Date.UTC(2030, 0, 7, 9, 0, second));

  it('tells the newest first, page by page, without a gap or a repetition', async () => {
    const calls = [1, 2, 3, 3, 3, 4, 5].map((second) => call({ startedAt: at(second) }));
    for (const begun of calls) await store.begin(begun);

    const pages: string[][] = [];
    for (let cursor: string | null | undefined; cursor !== null;) {
      const page = await store.list({ limit: 3, cursor });
      pages.push(page.calls.map(({ id }) => id));
      cursor = page.nextCursor;
    }

    expect(pages.map((page) => page.length)).toEqual([3, 3, 1]);
    expect(new Set(pages.flat())).toEqual(new Set(calls.map(({ id }) => id)));
    expect(pages[0]?.slice(0, 2)).toEqual([calls[6]?.id, calls[5]?.id]);
  });

  it('tells a page that is not disturbed by calls that come in between', async () => {
    for (const second of [1, 2, 3]) await store.begin(call({ startedAt: at(second) }));
    const first = await store.list({ limit: 2 });
    await store.begin(call({ startedAt: at(4) }));

    const second = await store.list({ limit: 2, cursor: first.nextCursor ?? '' });

    expect(second.calls.map(({ startedAt }) => startedAt)).toEqual([at(1)]);
    expect(second.nextCursor).toBeNull();
  });

  it('tells only the calls of a state, or of an agent', async () => {
    const [live, ended] = [call(), call()];
    await store.begin(live);
    await store.begin(ended);
    await store.finish(ended.id, finishedCall());

    expect((await store.list({ limit: 10, state: 'ended' })).calls).toMatchObject([{ id: ended.id }]);
    expect((await store.list({ limit: 10, agentId: postgres.agentId })).calls).toHaveLength(2);
    expect((await store.list({ limit: 10, agentId: newCallId() })).calls).toEqual([]);
  });

  it('is empty after a cursor that is not known', async () => {
    await store.begin(call());

    expect(await store.list({ limit: 10, cursor: newCallId() })).toEqual({ calls: [], nextCursor: null });
  });
});
