import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId, systemClock } from '@app/kernel';
import { freshDatabase } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import type { NewAttempt } from './attempt.js';
import { AttemptStore } from './attempt.store.js';
import { ContactBook } from './contact-book.store.js';
import { ContactStore } from './contact.store.js';
import { CallStore } from './call.store.js';
import { OrderQueue } from './order-queue.store.js';
import { orderTerms } from './order-terms.js';
import { begunCall, finishedCall } from './testing/example-calls.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/postgres-for-specs.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let attempts: AttemptStore;
let orders: OrderQueue;
let calls: CallStore;
beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  [attempts, calls] = [new AttemptStore(postgres.prisma), new CallStore(postgres.prisma)];
  orders = new OrderQueue(postgres.prisma);
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

const LATER = new Date('2030-01-07T09:10:00.000Z');
const AT = new Date('2030-01-07T09:00:00.000Z');
const anAttempt = (changes: Partial<NewAttempt> = {}): NewAttempt => ({
  ...{ callId: newCallId(), idempotencyKey: null, requestHash: 'hash', askedBy: 'a spec', carrier: 'ringover' },
  ...{ way: 'ivr-callback', number: '+33184990011', from: '+33184990011', to: '+33612345678', ringS: 30 },
  ...{ agentId: postgres.agentId, agentVersion: 1, contactId: null, variables: { name: 'Zoë' }, createdAt: AT },
  ...{ priority: 5, dueAt: AT, terms: orderTerms.parse({}) },
  ...changes,
});
const queued = async (changes: Partial<NewAttempt> = {}) => (await attempts.record(anAttempt(changes))).attempt;
/** Taken out of the queue, to be dialled. */
const recorded = async (changes: Partial<NewAttempt> = {}) => {
  const { callId } = await queued(changes);
  await orders.begin(callId, { agentVersion: 1, at: AT });
  return callId;
};
const ids = () => ({ carrierCallId: newCallId(), channelId: '9' });
const dialled = async (changes: Partial<NewAttempt> = {}) => {
  const [callId, its] = [await recorded(changes), ids()];
  await attempts.dialling(callId, its);
  return { callId, ...its };
};

describe('a call that we place', () => {
  it('is written with its call, queued, and rings when it is taken to be dialled', async () => {
    const { attempt, isNew } = await attempts.record(anAttempt());
    const { callId } = attempt;

    expect([attempt.state, isNew]).toEqual(['queued', true]);
    expect(await calls.get(callId)).toMatchObject({ state: 'queued', direction: 'outbound', nodeId: null });
    expect(await orders.begin(callId, { agentVersion: 2, at: LATER })).toBe(true);
    expect(await calls.get(callId)).toMatchObject({ state: 'ringing', ringingAt: LATER, agent: { version: 2 } });
    expect(await attempts.get(callId)).toMatchObject({ state: 'attempting', createdAt: LATER });
  });

  it('is one for a key, however many ask at the same time', async () => {
    const idempotencyKey = newCallId();
    const asked = Array.from({ length: 5 }, () => attempts.record(anAttempt({ idempotencyKey })));
    const answers = await Promise.all(asked);

    expect(new Set(answers.map(({ attempt }) => attempt.callId)).size).toBe(1);
    expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    expect(await postgres.prisma.call.count({ where: { attempt: { idempotencyKey } } })).toBe(1);
  });

  it('takes over what the carrier told of it before it answered', async () => {
    const [callId, its] = [await recorded(), ids()];
    const told = { carrier: 'ringover', carrierCallId: its.carrierCallId, direction: 'outbound' as const };
    await calls.noteMissed({ ...told, from: null, to: null, ringingAt: null, endedAt: AT });
    await attempts.dialling(callId, its);

    expect(await calls.get(callId)).toMatchObject({ state: 'ringing', carrierCallId: its.carrierCallId });
    expect((await calls.list({ limit: 9, carrierCallId: its.carrierCallId })).calls).toHaveLength(1);
  });

  it('takes it over also when that is being written just as it answers', async () => {
    const [callId, its] = [await recorded(), ids()];
    const { prisma } = postgres;
    const [written, over] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const row = { id: newCallId(), ...{ carrier: 'ringover', carrierCallId: its.carrierCallId, startedAt: AT } };
    const told = prisma.$transaction(async (tx) => {
      await tx.call.create({ data: { ...row, direction: 'outbound', state: 'missed' } });
      written.resolve();
      await over.promise;
    });
    await written.promise;
    const dialled = attempts.dialling(callId, its);
    await until(async () => {
      const waiting = await prisma.$queryRaw<unknown[]>`
        SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`;
      return waiting.length > 0;
    });
    over.resolve();
    await told;

    expect(await dialled).toBe(true);
    expect(await calls.get(callId)).toMatchObject({ state: 'ringing', carrierCallId: its.carrierCallId });
    expect(await attempts.get(callId)).toMatchObject({ state: 'dialling', ...its });
    expect(await calls.get(row.id)).toBeUndefined();
  });

  it('is given to one stream, whose call goes live under its id', async () => {
    const { callId, carrierCallId } = await dialled();
    const taken = await Promise.all([1, 2].map(() => attempts.connect(callId, carrierCallId, AT)));
    const row = begunCall(postgres.agentId, { id: callId, carrierCallId, direction: 'outbound' });

    expect(taken.sort()).toEqual([false, true]);
    expect(await calls.begin(row)).toBe('begun');
    expect(await calls.get(callId)).toMatchObject({ state: 'live', nodeId: row.nodeId, carrierCallId });
  });

  it('goes live without the carrier’s id when another call has it', async () => {
    const [callId, carrierCallId] = [await recorded(), newCallId()];
    await calls.begin(begunCall(postgres.agentId, { carrierCallId }));
    const row = begunCall(postgres.agentId, { id: callId, carrierCallId });

    expect(await calls.begin(row)).toBe('second-stream');
    expect(await calls.get(callId)).toMatchObject({ state: 'live', carrierCallId: null });
  });

  it('ends once: the first word stays, and none comes after a conversation began', async () => {
    const [ended, spoken] = [await dialled(), await dialled()];
    await attempts.connect(spoken.callId, null, AT);

    expect(await attempts.end(ended.callId, { outcome: 'busy', at: AT })).toBe(true);
    expect(await attempts.end(ended.callId, { outcome: 'uncertain', at: AT })).toBe(false);
    expect(await attempts.end(spoken.callId, { outcome: 'busy', at: AT })).toBe(false);
    expect(await attempts.dialling(ended.callId, ids())).toBe(false);
    expect(await calls.get(ended.callId)).toMatchObject({ state: 'missed', endReason: 'busy', endedAt: AT });
  });

  it('is open until it is settled, at its number', async () => {
    const { callId } = await dialled();
    const isOpen = async (number?: string) => (await attempts.open(number)).some((one) => one.callId === callId);
    expect([await isOpen(), await isOpen('+33184990011'), await isOpen('+33100000000')]).toEqual([true, true, false]);
    await attempts.end(callId, { outcome: 'uncertain', at: AT });

    expect(await isOpen()).toBe(false);
    expect(await attempts.get(callId)).toMatchObject({ state: 'uncertain', outcome: 'uncertain' });
  });

  it.each(['before', 'after'])('that a machine took ends as voicemail, told %s its record is stored', async (when) => {
    const { callId, carrierCallId } = await dialled();
    await attempts.connect(callId, carrierCallId, AT);
    await calls.begin(begunCall(postgres.agentId, { id: callId, carrierCallId }));
    if (when === 'before') await attempts.noteVoicemail(callId, { at: AT });
    await calls.finish(callId, finishedCall({ finishedAt: systemClock.date() }));
    if (when === 'after') await attempts.noteVoicemail(callId, { at: AT });

    expect(await calls.get(callId)).toMatchObject({ state: 'ended', endReason: 'voicemail' });
  });
});

describe('the queue of calls that were ordered', () => {
  /** Of an agent of its own. */
  const anAgent = async () => {
    const settings = { create: { number: 1, settings: {} } };
    return (await postgres.prisma.agent.create({ data: { slug: newCallId(), name: 'x', liveVersion: 1, versions: settings } })).id; // prettier-ignore
  };

  it('gives each to one who dials it, however many ask, and never again', async () => {
    const { callId } = await queued();
    const begin = () => orders.begin(callId, { agentVersion: 1, at: AT });
    const asked = await Promise.all(Array.from({ length: 8 }, begin));
    await attempts.end(callId, { outcome: 'uncertain', at: AT });

    expect(asked.filter((isTaken) => isTaken)).toHaveLength(1);
    expect(await begin()).toBe(false);
  });

  it('goes by priority, then by when each was due; what is not due yet goes not at all', async () => {
    const agentId = await anAgent();
    const due = (minutes: number) => new Date(AT.getTime() + minutes * 60_000);
    const order = [
      await queued({ agentId, priority: 5, dueAt: due(2) }),
      await queued({ agentId, priority: 5, dueAt: due(1) }),
      await queued({ agentId, priority: 1, dueAt: due(5) }),
      await queued({ agentId, priority: 1, dueAt: due(9) }),
    ];
    const gone: string[] = [];
    for (let next = await orders.next(agentId, due(6)); next; next = await orders.next(agentId, due(6))) {
      expect(await orders.ahead(next, due(6))).toBe(0);
      gone.push(next.callId);
      await orders.begin(next.callId, { agentVersion: 1, at: AT });
    }

    expect(gone).toEqual([order[2], order[1], order[0]].map((one) => one?.callId));
  });

  it('says how many go before one', async () => {
    const agentId = await anAgent();
    const first = await queued({ agentId, dueAt: AT });
    await queued({ agentId, priority: 1 });
    const third = await queued({ agentId, dueAt: LATER });

    expect(await orders.ahead(first, AT)).toBe(1);
    expect(await orders.ahead(third, AT)).toBe(2);
  });

  it('forgets what is taken back, once, and nothing that is being dialled', async () => {
    const [one, other] = [await queued(), await dialled()];
    const cancelled = { outcome: 'cancelled', at: LATER } as const;

    expect(await orders.drop(one.callId, cancelled)).toBe(true);
    expect(await orders.drop(one.callId, cancelled)).toBe(false);
    expect(await orders.drop(other.callId, cancelled)).toBe(false);
    expect(await orders.begin(one.callId, { agentVersion: 1, at: LATER })).toBe(false);
    expect(await calls.get(one.callId)).toMatchObject({ state: 'missed', endReason: 'cancelled', endedAt: LATER });
  });
});

describe('a call that was not taken', () => {
  const retries = { after: ['busy' as const, 'machine' as const], most: 1, waitS: 600 };
  const terms = orderTerms.parse({ retries });

  it('is tried again as often as was ordered, each time as a call of its own', async () => {
    const { callId } = await dialled({ terms });
    await attempts.end(callId, { outcome: 'busy', at: AT });
    const [, second] = await orders.triesOf(callId);
    expect(second).toMatchObject({ orderId: callId, tryNumber: 2, state: 'queued', dueAt: LATER, to: '+33612345678' });
    await orders.begin(second?.callId ?? '', { agentVersion: 1, at: LATER });
    await attempts.end(second?.callId ?? '', { outcome: 'busy', at: LATER });

    expect((await orders.triesOf(second?.callId ?? '')).map(({ outcome }) => outcome)).toEqual(['busy', 'busy']);
  });

  it('is tried again in any case when the carrier had no time for it, which uses up none of its retries', async () => {
    const { callId } = await dialled({ terms: { ...terms, retries: { ...retries, most: 1 } } });
    await attempts.end(callId, { outcome: 'failed', failure: 'carrier.overloaded', at: AT, againAt: LATER });
    const second = (await orders.triesOf(callId)).at(-1);
    expect(second).toMatchObject({ tryNumber: 2, dueAt: LATER });
    await orders.begin(second?.callId ?? '', { agentVersion: 1, at: LATER });
    await attempts.end(second?.callId ?? '', { outcome: 'busy', at: LATER });

    expect((await orders.triesOf(callId)).map(({ state }) => state)).toEqual(['over', 'over', 'queued']);
  });

  it('is spoken in after all when its stream comes late, and is not tried again', async () => {
    const { callId, carrierCallId } = await dialled({ terms });
    await attempts.end(callId, { outcome: 'busy', at: AT });
    expect([await attempts.connect(callId, null, LATER), await attempts.connect(callId, '7', LATER)]).toEqual([false, false]); // prettier-ignore
    const streams = await Promise.all([1, 2].map(() => attempts.connect(callId, carrierCallId, LATER)));

    expect(streams.sort()).toEqual([false, true]);
    expect(await calls.begin(begunCall(postgres.agentId, { id: callId, carrierCallId }))).toBe('begun');
    expect(await calls.get(callId)).toMatchObject({ state: 'live', endReason: null, endedAt: null });
    expect((await orders.triesOf(callId)).map(({ state, outcome }) => [state, outcome])).toEqual([
      ['connected', 'answered'],
      ['over', 'cancelled'],
    ]);
  });

  it('stays what was ordered, also when another call is carried under its carrier’s id', async () => {
    const idempotencyKey = newCallId();
    const { callId, carrierCallId } = await dialled({ idempotencyKey });
    await attempts.end(callId, { outcome: 'no-answer', at: AT });

    expect(await calls.begin(begunCall(postgres.agentId, { carrierCallId }))).toBe('second-stream');
    expect(await attempts.byIdempotencyKey(idempotencyKey)).toMatchObject({ callId, outcome: 'no-answer' });
  });

  it.each(['no-answer', 'failed', 'uncertain'] as const)(
    'is not tried again after %s, unless so ordered',
    async (outcome) => {
      const { callId } = await dialled({ terms });
      await attempts.end(callId, { outcome, at: AT });

      expect(await orders.triesOf(callId)).toHaveLength(1);
    },
  );

  it.each([
    ['is tried again when the carrier says so', 'hang-up', [undefined, undefined], 2],
    ['is tried again when its record says that it got no message', 'leave-message', [undefined, false], 2],
    ['is left alone while nobody knows whether it got its message', 'leave-message', [undefined], 1],
    ['is left alone with its message', 'leave-message', [true, undefined], 1],
  ] as const)('by a person but by a machine %s', async (_what, then, notes, tries) => {
    const onMachine = then === 'leave-message' ? { then, text: 'Hello.' } : { then };
    const { callId, carrierCallId } = await dialled({ terms: { ...terms, onMachine } });
    await attempts.connect(callId, carrierCallId, AT);
    for (const told of notes) await attempts.noteVoicemail(callId, { at: AT, ...(told !== undefined && { told }) });

    expect(await orders.triesOf(callId)).toHaveLength(tries);
  });
});

describe('a person', () => {
  it('may be called by what they said last', async () => {
    const [contacts, by] = [new ContactStore(postgres.prisma), { kind: 'system', id: null, name: 'a spec' } as const];
    const book = new ContactBook(postgres.prisma, systemClock);
    const facts = { name: null, language: null, doNotCall: false, notes: {} };
    const { id, revision } = await book.create(by, { e164: '+33700000001', ...facts });
    const say = (purpose: 'ai-calls' | 'marketing', given: boolean) =>
      book.noteConsent(by, id, { purpose, given, source: 'a spec' });
    const refusal = async (needed: 'marketing' | null) => (await contacts.mayCall('+33700000001', needed)).refusal;
    expect([revision, await refusal(null), await refusal('marketing')]).toEqual([1, null, 'no-consent']);
    await say('marketing', true);
    expect(await refusal('marketing')).toBeNull();
    await say('ai-calls', false);
    expect(await refusal('marketing')).toBe('no-consent');

    expect(await contacts.mayCall('+33700000009', null)).toEqual({ contactId: null, refusal: null });
  });
});
