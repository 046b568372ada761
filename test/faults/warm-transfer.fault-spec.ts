import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { rms } from '@app/audio';
import { systemClock } from '@app/kernel';
import { CentreClient } from '../../apps/lab/src/call/centre-client.js';
import type { Utterance } from '../../apps/lab/src/caller/utterance.js';
import type { DialOutcome } from '../../apps/lab/src/ringover/rest/dial-script.js';
import { until } from '../until.js';
import type { Caller } from './caller.js';
import { callerLines, COST, WHERE, YES } from './caller-lines.js';
import type { Node } from './fault-centre.js';
import { greetedCall } from './killed-calls.js';
import { likeness } from './likeness.js';
import { eventually, type Person, TransferWorld } from './transfer-world.js';

jest.setTimeout(150_000);

const BRIEFING = 'They would like to move an appointment.';
const QUESTION = 'If you cannot, say no or press two.';
const NOBODY = 'I am sorry, nobody can take your call right now. I am still here for you.';
const QUIET = { quietMs: 900, withinMs: 20_000 };
const PICKS_UP: DialOutcome = { type: 'person', afterMs: 1_000, streams: true, staysMs: 0 };
/** It rings for 20 s, and what the carrier does not tell is looked up every 6 s; on a busy machine. */
const MISSED_WITHIN_MS = 60_000;
/** Beyond 8 s of silence, in which a node knows that another is gone; on a busy machine. */
const GONE_WITHIN_MS = 20_000;

let world: TransferWorld;
let lines: Awaited<ReturnType<typeof callerLines>>;
let seed = 1_100;

beforeAll(async () => {
  lines = await callerLines();
  world = await TransferWorld.open();
});
afterAll(() => world?.close());

const lineOf = (text: string): Utterance => {
  const line = lines.get(text);
  if (!line) throw new Error('a line that was not rendered');
  return line;
};

/** A call of the first node, for which the second was asked to call somebody who is not met yet. */
async function transferring(outcome: DialOutcome, returnsTo?: Node): Promise<{ caller: Caller; person: Person }> {
  const own = (seed += 1);
  const person = world.person(`+44163296${String(own).padStart(4, '0')}`, outcome);
  const caller = await greetedCall(world.owner, lines, own, returnsTo);
  const order = { to: person.e164, mode: 'warm', briefing: BRIEFING };
  expect(await world.order(`${caller.callId}/transfer`, order)).toMatchObject({ status: 200, body: { state: 'done', effect: 'calling-person' } }); // prettier-ignore
  return { caller, person };
}

/** They picked up at the second node, and have heard what it is about, to the last word. @returns the id of their leg */
async function briefed(caller: Caller, { phone }: Person): Promise<string> {
  const legId = await world.carriedLeg(caller);
  expect(await phone.answered(0, { quietMs: 1_500, withinMs: 40_000 })).toBe(true);
  for (const text of ['I have a caller for you.', BRIEFING, QUESTION]) expect({ text, heard: includes(phone.sound, await world.voiced(legId, text)) }).toEqual({ text, heard: true }); // prettier-ignore
  return legId;
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Int16Array) => Buffer.from(buffer, byteOffset, byteLength);
const includes = (sound: readonly Int16Array[], said: Buffer) => Buffer.concat(sound.map(bytesOf)).includes(said);
const soundOf = ({ received }: Caller) =>
  received.flatMap(({ command }) => (command.type === 'stream-audio' ? [command.samples] : []));
const joined = (sound: readonly Int16Array[]) => Int16Array.from(sound.flatMap((samples) => [...samples]));

/** What one of them said is in what came to the other, and with it nobody else; on a busy machine a frame may be late. */
async function expectHeard(text: string, came: readonly Int16Array[]): Promise<void> {
  const alike = await likeness(lineOf(text).samples, joined(came));
  process.stdout.write(`heard of "${text}": ${alike.map((each) => each.toFixed(2)).join(' ')}\n`);
  expect(alike.length).toBeGreaterThan(2);
  expect(alike.filter((each) => each > 0.95).length).toBeGreaterThanOrEqual(alike.length - 1);
}

function expectMusic(caller: Caller, fromMs: number): void {
  for (let atMs = fromMs; atMs < caller.nowMs - 500; atMs += 500) expect(rms(caller.heard(atMs, 500))).toBeGreaterThan(150); // prettier-ignore
}

async function says(person: Person, legId: string, text: string): Promise<void> {
  await new CentreClient(world.owner.centre, systemClock).tellScript(legId, [text]);
  await person.phone.says(lineOf(text));
}

/** Of persons alone. */
async function eventsOf({ callId }: Caller, node?: Node): Promise<string[]> {
  const { events } = await world.look(`/${callId}`, node);
  return (events as { type: string; data: { why?: string } }[])
    .filter(({ type }) => type.startsWith('person.'))
    .map(({ type, data: { why = '' } }) => `${type} ${why}`.trim());
}

async function isHeard({ callId }: Caller, text: string, node?: Node): Promise<boolean> {
  const { transcript } = await world.look(`/${callId}`, node);
  return (transcript as { heard: string }[]).some(({ heard }) => heard.includes(text));
}

/** It is told to the caller, and the agent goes on. */
async function goesOn(caller: Caller, node?: Node): Promise<void> {
  await eventually(() => isHeard(caller, NOBODY, node), MISSED_WITHIN_MS);
  await caller.until(() => caller.activity.quietMs >= QUIET.quietMs, QUIET.withinMs);
  expect(includes(soundOf(caller), await world.voiced(caller.callId, NOBODY))).toBe(true);
  const { toMs } = await caller.says(COST);
  expect(await caller.answered(toMs, QUIET)).toBe(true);
  caller.hangUp();
  await caller.over();
}

/** The end, the person's leg as it is told and as it is stored, and that nothing is said of a call of theirs. */
async function expectRecord(caller: Caller, { e164 }: Person, end: { reason: string; outcome: string }): Promise<void> {
  const record = await caller.record(world.asked);
  expect(record).toMatchObject({ state: 'ended', endReason: end.reason });
  expect((await world.look(`/${caller.callId}`))['legs']).toEqual([{ number: e164, outcome: end.outcome, calledMs: expect.any(Number), endedMs: expect.any(Number) }]); // prettier-ignore
  await eventually(async () => (await legsOf(caller)).length === 2);
  expect((await legsOf(caller))[1]).toEqual({ role: 'person', number: e164, outcome: end.outcome });
  expect(await world.look(`?number=${encodeURIComponent(e164)}`)).toMatchObject({ calls: [] });
}

const legsOf = ({ callId }: Caller) =>
  world.centre.query('SELECT role, number, outcome FROM call_legs WHERE call_id = $1 ORDER BY started_at', [callId]);

describe('a person who is called for a call of another node than the one that has their sound', () => {
  it.concurrent('hears what it is about while the caller hears music, and then each of them the other', async () => {
    const { caller, person } = await transferring(PICKS_UP);
    const { phone } = person;
    await until(() => phone.dial !== undefined);
    const heldMs = caller.nowMs;
    const legId = await briefed(caller, person);
    expect(await world.look(`/${caller.callId}`)).toMatchObject({ desk: { held: true } });
    await says(person, legId, YES);
    expectMusic(caller, heldMs);
    await eventually(async () => (await eventsOf(caller)).includes('person.joined'));
    expect(await world.look(`/${caller.callId}`)).toMatchObject({ state: 'live', can: ['hangup'], desk: { held: false } }); // prettier-ignore

    await caller.until(() => caller.activity.quietMs > 500, 5_000);
    const [theirs, ours] = [phone.sound.length, soundOf(caller).length];
    await caller.says(WHERE);
    await caller.until(() => false, 1_000);
    await says(person, legId, COST);
    await caller.until(() => false, 1_000);
    const [theyHeard, callerHeard] = [phone.sound.slice(theirs), soundOf(caller).slice(ours)];

    phone.hangUp();
    await until(() => caller.end !== undefined);
    expect([phone.end, caller.end]).toEqual(['hung-up', 'agent-closed']);
    await caller.over();
    expect(await eventsOf(caller)).toEqual(['person.called', 'person.answered', 'person.joined']);
    await expectRecord(caller, person, { reason: 'transferred', outcome: 'joined' });
    await expectHeard(WHERE, theyHeard);
    await expectHeard(COST, callerHeard);
  });

  it.concurrent('is let go when the caller they were joined with hangs up', async () => {
    const { caller, person } = await transferring(PICKS_UP);
    await briefed(caller, person);
    person.phone.presses('1');
    await eventually(async () => (await eventsOf(caller)).includes('person.joined'));
    caller.hangUp();
    await until(() => person.phone.end !== undefined);
    await until(() => person.told.includes('hangup'));
    await caller.over();
    await expectRecord(caller, person, { reason: 'transferred', outcome: 'joined' });
  });

  it.concurrent('does not have to be told to the end when the caller hangs up before', async () => {
    const { caller, person } = await transferring(PICKS_UP);
    await world.carriedLeg(caller);
    await person.phone.until(() => person.phone.activity.speakingForMs > 300, 15_000);
    caller.hangUp();
    await until(() => person.phone.end !== undefined);
    await caller.over();
    await expectRecord(caller, person, { reason: 'caller-hung-up', outcome: 'cancelled' });
  });
});

describe('a caller for whom nobody comes', () => {
  it.concurrent.each<{ why: string; outcome: DialOutcome }>([
    { why: 'busy', outcome: { type: 'busy', afterMs: 500 } },
    { why: 'no-answer', outcome: { type: 'no-answer' } },
    { why: 'machine', outcome: { type: 'voicemail', afterMs: 500 } },
  ])('is told so and goes on with the agent ($why)', async ({ why, outcome }) => {
    const { caller, person } = await transferring(outcome);
    await goesOn(caller);
    expect(person.phone.dial).toBeUndefined();
    await expectRecord(caller, person, { reason: 'caller-hung-up', outcome: why });
  });

  it.concurrent.each<{ how: string; declines: (person: Person, legId: string) => unknown }>([
    { how: 'by a key', declines: ({ phone }) => phone.presses('2') },
    { how: 'by hanging up', declines: ({ phone }) => phone.hangUp() },
  ])('is told so and goes on with the agent (declined $how)', async ({ declines }) => {
    const { caller, person } = await transferring(PICKS_UP);
    declines(person, await briefed(caller, person));
    await goesOn(caller);
    expect(person.phone.end).toBeDefined();
    await expectRecord(caller, person, { reason: 'caller-hung-up', outcome: 'declined' });
  });
});

describe('a node that is killed while a person hears what it is about', () => {
  /** They hear the first words of it. */
  async function briefing(returnsTo?: Node): Promise<{ caller: Caller; person: Person }> {
    const both = await transferring(PICKS_UP, returnsTo);
    await world.carriedLeg(both.caller);
    const { phone } = both.person;
    expect(await phone.until(() => phone.activity.speakingForMs > 300, 15_000)).toBe(true);
    return both;
  }

  it('and had the caller: the person is let go, and the caller, back at the other node, is with the agent', async () => {
    const { caller, person } = await briefing(world.asked);
    await world.owner.program.kill();
    await world.replaceOwner();
    await until(() => person.phone.end !== undefined, GONE_WITHIN_MS);
    await goesOn(caller);
    expect(caller.returns).toBe(1);
    expect(await eventsOf(caller)).toEqual(['person.called', 'person.answered', 'person.missed failed']);
    await expectRecord(caller, person, { reason: 'caller-hung-up', outcome: 'failed' });
  });

  it('and had the person: the caller hears music until that is known, and is with the agent', async () => {
    const { caller } = await briefing();
    const killedMs = caller.nowMs;
    await world.asked.program.kill();
    await eventually(
      async () => (await eventsOf(caller, world.owner)).includes('person.missed failed'),
      GONE_WITHIN_MS,
    );
    expectMusic(caller, killedMs);
    await goesOn(caller, world.owner);
    const { endReason } = await caller.record(world.owner);
    expect(endReason).toBe('caller-hung-up');
  });
});
