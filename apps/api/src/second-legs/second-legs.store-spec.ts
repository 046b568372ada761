import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@app/boot';
import type { LineListener, PersonAnswer } from '@app/conversation/ports';
import { FakeLine } from '@app/conversation/testing';
import { newCallId, newNodeId, systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { type LiveRedis, openRedis, RungPersons, Wire } from '@app/live-state';
import { freshRedis } from '../../../../test/stores.js';
import { until } from '../../../../test/until.js';
import { SecondLegs } from './second-legs.js';

const OURS = '+33184990022';
const TO = '+441632960002';

/** A node: its legs, and its connection to the others. */
interface Node {
  legs: SecondLegs;
  wire: Wire;
  redis: LiveRedis;
}

let url: string;
let clock: FakeClock;
let owner: Node;
let reached: Node;
let answerDial: (carrierCallId: string) => void;
let dialled: Promise<void>;
let line: FakeLine;
let told: { frames: number[]; digits: string[]; ends: string[] };
const log = createLogger({ name: 'api', level: 'silent' });
const STREAM = { carrierCallId: '18345678901234567890', to: TO };

beforeAll(async () => {
  ({ url } = await freshRedis());
});
beforeEach(async () => {
  [clock, line, told] = [new FakeClock(), new FakeLine(), { frames: [], digits: [], ends: [] }];
  let isDialled: () => void = () => undefined;
  dialled = new Promise((resolve) => (isDialled = resolve));
  const answer = new Promise<{ carrierCallId: string; channelId: null }>((resolve) => {
    answerDial = (carrierCallId) => resolve({ carrierCallId, channelId: null });
  });
  const dial = () => {
    isDialled();
    return answer;
  };
  [owner, reached] = await Promise.all([nodeThat(dial), nodeThat(dial)]);
  await owner.redis.ask((redis) => redis.flushdb());
});
afterEach(() => Promise.all([owner, reached].map(close)));

async function nodeThat(dial: () => Promise<{ carrierCallId: string; channelId: null }>): Promise<Node> {
  const redis = await openRedis({ url }, systemClock);
  const wire = new Wire(redis);
  const carrier = { dial, placedSince: () => Promise.resolve([]), callsFrom: null };
  const parts = { rung: new RungPersons(redis), wire, nodeId: newNodeId(), hangUps: undefined, clock, log };
  return { legs: new SecondLegs({ ...parts, carrier, ringS: 20 }), wire, redis };
}

async function close({ wire, redis }: Node): Promise<void> {
  wire.close();
  await redis.close();
}

/** Of the owner; the signal gives it up. */
function calls(signal = new AbortController().signal): Promise<PersonAnswer> {
  const caller = owner.legs.callerFrom(OURS);
  if (!caller) throw new Error('nobody can be called');
  return caller.call({ callId: newCallId(), to: TO, signal });
}

async function isNoted(): Promise<void> {
  answerDial(STREAM.carrierCallId);
  await until(() => reached.legs.knows(STREAM.carrierCallId));
}

const listener: LineListener = {
  frame: (samples) => void told.frames.push(samples[0] ?? 0),
  digit: (digit) => void told.digits.push(digit),
  mark: () => undefined,
  closed: (end) => void told.ends.push(end),
};

/** The call listens to the line that it got. */
async function lineOf(answer: Promise<PersonAnswer>) {
  const answered = await answer;
  if ('missed' in answered) throw new Error(answered.missed);
  answered.line.listen(listener);
  return answered.line;
}

/** The stream is on another node than the call. */
async function lent() {
  const answer = lineOf(calls());
  await dialled;
  await isNoted();
  const taken = reached.legs.take(OURS, STREAM, line);
  const far = await answer;
  expect(await taken).toBe(true);
  return far;
}

describe('the stream of a person that reaches another node', () => {
  it('is carried to the call that waits for it, both ways', async () => {
    const far = await lent();
    expect([far.rateHz, far.pacing]).toEqual([line.rateHz, line.pacing]);
    line.say(700);
    line.say(701);
    line.press('1');
    await until(() => told.digits.length > 0);
    expect(told).toEqual({ frames: [700, 701], digits: ['1'], ends: [] });

    const samples = new Int16Array(160).fill(300);
    far.send(samples);
    samples.fill(0);
    far.clear();
    await until(() => line.clearedTimes > 0);
    expect(line.sent).toEqual([new Int16Array(160).fill(300)]);
    expect(reached.legs.lent.size).toBe(1);
  });

  it('is hung up by the call, and then nobody holds it any more', async () => {
    const far = await lent();
    far.hangUp();
    await until(() => told.ends.length > 0);
    expect([line.hungUp, told.ends]).toEqual([true, ['closed']]);
    await until(() => reached.legs.lent.size === 0);
    line.say(700);
    expect([told.frames, clock.waiting]).toEqual([[], 0]);
  });

  it.each(['closed', 'lost'] as const)('is %s there, and the call is told so', async (end) => {
    await lent();
    line.close(end);
    await until(() => told.ends.length > 0);
    expect([told.ends, clock.waiting]).toEqual([[end], 0]);
  });

  it('is known by its numbers when it is quicker than the answer of the carrier', async () => {
    const answer = lineOf(calls());
    await dialled;
    const taken = reached.legs.take(OURS, STREAM, line);
    await answer;
    expect(await taken).toBe(true);
    await isNoted();
    await until(async () => (await new RungPersons(owner.redis).expected('ringover', { number: OURS, to: TO })) === undefined); // prettier-ignore
    expect(await reached.legs.take(OURS, { carrierCallId: '7', to: TO }, new FakeLine())).toBe(false); // a call of its own
  });

  it("is nobody's while two calls ring the same person, and neither has its id", async () => {
    const stop = new AbortController();
    const answers = [calls(stop.signal), calls(stop.signal)];
    const expected = owner.redis.keys.rungTo('ringover', OURS, TO);
    await until(async () => (await owner.redis.ask((redis) => redis.hlen(expected))) === 2);
    expect(await reached.legs.take(OURS, STREAM, line)).toBe(false);
    expect(await owner.legs.take(OURS, STREAM, line)).toBe(false);
    const forgottenInMs = await owner.redis.ask((redis) => redis.pttl(expected));
    expect([forgottenInMs > 0, forgottenInMs <= 30_000]).toEqual([true, true]); // a node that dies expects nobody for ever
    stop.abort();
    expect(await Promise.all(answers)).toEqual([{ missed: 'cancelled' }, { missed: 'cancelled' }]);
  });

  it('is not taken for the person by a call that knows another id of theirs', async () => {
    const answer = calls();
    await dialled;
    await isNoted();
    const { legId } = (await new RungPersons(owner.redis).find('ringover', STREAM.carrierCallId)) ?? {};
    const offer = { lineId: randomUUID(), rateHz: 16_000, pacing: line.pacing, carrierCallId: '7' };
    reached.wire.send(`leg:${legId}`, JSON.stringify(offer));
    reached.wire.send(`leg:${legId}`, JSON.stringify({ ...offer, rateHz: 8_000, carrierCallId: STREAM.carrierCallId }));
    expect((await lineOf(answer)).rateHz).toBe(8_000);
  });

  it('is hung up when the call does not wait for it any more', async () => {
    const stop = new AbortController();
    const answer = calls(stop.signal);
    await dialled;
    await isNoted();
    stop.abort();
    expect(await answer).toEqual({ missed: 'cancelled' });
    const taken = reached.legs.take(OURS, STREAM, line);
    await until(async () => (await clock.advance(500), line.hungUp));
    expect([await taken, reached.legs.lent.size]).toEqual([true, 0]);
  });

  it('is hung up when the node of the call is gone, and lost for a call that does not hear of it', async () => {
    await lent();
    await close(owner);
    await until(async () => (await clock.advance(500), line.hungUp));
    expect([clock.nowMs() >= 6_000, reached.legs.lent.size]).toEqual([true, 0]);
    expect([told.ends, clock.waiting]).toEqual([['lost'], 0]);
  });
});

describe('the stream of a person that reaches the node of the call', () => {
  it('is its own, by its id or, before the carrier has answered, by its numbers', async () => {
    const quick = calls();
    await dialled;
    expect(await owner.legs.take(OURS, { ...STREAM, to: '+441632960003' }, line)).toBe(false);
    expect(await owner.legs.take(OURS, STREAM, line)).toBe(true);
    expect(await quick).toHaveProperty('line', line);

    const slow = calls();
    answerDial('7');
    await until(() => reached.legs.knows('7'));
    const other = new FakeLine();
    expect(await owner.legs.take(OURS, STREAM, other)).toBe(false);
    expect(await owner.legs.take(OURS, { carrierCallId: '7', to: null }, other)).toBe(true);
    expect(await slow).toHaveProperty('line', other);
  });
});

describe('what another node tells of a person', () => {
  it('is that they could not be called, when it is nothing that this version knows', async () => {
    const answer = calls();
    await dialled;
    await isNoted();
    const { legId } = (await new RungPersons(owner.redis).find('ringover', STREAM.carrierCallId)) ?? {};
    reached.wire.send(`leg:${legId}`, JSON.stringify({ lineId: 'x', rateHz: 8_000 }));
    expect(await answer).toEqual({ missed: 'failed' });
  });

  it.each(['busy', 'machine'] as const)('is why they did not come (%s)', async (why) => {
    const answer = calls();
    await dialled;
    await isNoted();
    expect(await reached.legs.note(STREAM.carrierCallId, why)).toBe(true);
    expect(await answer).toEqual({ missed: why });
  });
});
