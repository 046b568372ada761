import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newCallId, systemClock } from '@app/kernel';
import { freshDatabase } from '../../../test/stores.js';
import type { NewAttempt } from './attempt.js';
import { AttemptStore } from './attempt.store.js';
import { CallStore } from './call.store.js';
import { begunCall, finishedCall } from './testing/example-calls.js';
import { type PostgresForSpecs, postgresForSpecs } from './testing/postgres-for-specs.js';

let database: Awaited<ReturnType<typeof freshDatabase>>;
let postgres: PostgresForSpecs;
let attempts: AttemptStore;
let calls: CallStore;
beforeAll(async () => {
  database = await freshDatabase();
  postgres = await postgresForSpecs(database.url);
  [attempts, calls] = [new AttemptStore(postgres.prisma), new CallStore(postgres.prisma)];
});
afterAll(async () => {
  await postgres.close();
  await database.drop();
});

const AT = new Date('2030-01-07T09:00:00.000Z');
const anAttempt = (changes: Partial<NewAttempt> = {}): NewAttempt => ({
  ...{ callId: newCallId(), idempotencyKey: null, requestHash: 'hash', askedBy: 'a spec', carrier: 'ringover' },
  ...{ way: 'ivr-callback', number: '+33184990011', from: '+33184990011', to: '+33612345678', ringS: 30 },
  ...{ agentId: postgres.agentId, agentVersion: 1, contactId: null, variables: { name: 'Zoë' }, createdAt: AT },
  ...changes,
});
const recorded = async () => (await attempts.record(anAttempt())).attempt.callId;
const ids = () => ({ carrierCallId: newCallId(), channelId: '9' });
const dialled = async () => {
  const [callId, its] = [await recorded(), ids()];
  await attempts.dialling(callId, its);
  return { callId, ...its };
};

describe('a call that we place', () => {
  it('is written with its call, which rings', async () => {
    const { attempt, isNew } = await attempts.record(anAttempt());

    expect([attempt.state, isNew]).toEqual(['attempting', true]);
    expect(await calls.get(attempt.callId)).toMatchObject({ state: 'ringing', direction: 'outbound', nodeId: null });
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
    if (when === 'before') await attempts.noteVoicemail(callId);
    await calls.finish(callId, finishedCall({ finishedAt: systemClock.date() }));
    if (when === 'after') await attempts.noteVoicemail(callId);

    expect(await calls.get(callId)).toMatchObject({ state: 'ended', endReason: 'voicemail' });
  });
});
