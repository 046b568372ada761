import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { until } from '../until.js';
import { callerLines } from './caller-lines.js';
import { Caller } from './caller.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { greetedCall } from './killed-calls.js';
import { SILENCE_MS } from './expectations.js';
import { Bystander, printTable, type Outcome } from './outcome.js';

jest.setTimeout(180_000);

const REDIS_GONE_MS = 10_000;
const POSTGRES_GONE_MS = 30_000;
const STALLED_MS = 200;

describe('while calls go on,', () => {
  let lines: Awaited<ReturnType<typeof callerLines>>;
  let centre: FaultCentre;
  let node: Node;
  let seed = 300;
  const outcomes: Outcome[] = [];
  let others = 0;

  beforeAll(async () => {
    lines = await callerLines();
    centre = await FaultCentre.open();
    node = await centre.startNode();
  });
  afterEach(() => until(async () => (await centre.linesInUse(node)) === 0));
  afterAll(async () => {
    printTable(outcomes, { silenceMs: others });
    await centre?.close();
  });

  /** Two calls talk through the fault, one turn after the other; a third one may ring in its middle. */
  async function expectToLiveThrough(fault: string, strike: () => Promise<void>): Promise<void> {
    const callers = [await greetedCall(node, lines, seed++), await greetedCall(node, lines, seed++)] as const;
    const talks = callers.map((caller) => new Bystander(caller));
    const records = talks.map((talk) => talk.talk());
    for (const each of records) each.catch(() => undefined); // waited for below, unless something breaks before
    await until(() => talks.every(({ turns }) => turns > 0));
    await strike();
    const turnsThen = talks.map(({ turns }) => turns);
    await until(() => talks.every(({ turns }, at) => turns > (turnsThen[at] ?? 0)));
    for (const talk of talks) talk.enough();
    const [record, other] = await Promise.all(records);
    if (!record || !other) throw new Error('two calls were talking');
    const silenceMs = talks[0]?.silenceMs ?? Infinity;
    others = Math.max(others, talks[1]?.silenceMs ?? Infinity);
    const heard = [`${talks[0]?.turns} turns`];
    outcomes.push({ fault, silenceMs, heard, wentOnAfter: talks[0]?.turns ?? null, record });
    for (const { silenceMs: silent } of talks) expect(silent).toBeLessThanOrEqual(SILENCE_MS);
    for (const [at, { state, endReason, transcript }] of [record, other].entries()) {
      expect({ state, endReason }).toEqual({ state: 'ended', endReason: 'caller-hung-up' });
      const asked = transcript.filter(({ speaker }) => speaker === 'caller');
      expect(asked).toHaveLength(talks[at]?.turns ?? 0);
    }
  }

  /** Rings, and is greeted and let go, while a store is gone; its record is there once the store is. */
  async function ringsMeanwhile(): Promise<Caller> {
    const caller = await Caller.ring(node.centre, lines, { seed: seed++, agent: 'brightwater-dental' });
    await caller.greeted();
    caller.hangUp();
    await caller.over();
    return caller;
  }

  async function expectKept(caller: Caller): Promise<void> {
    await caller.known();
    expect(await caller.record()).toMatchObject({ state: 'ended', endReason: 'caller-hung-up' });
  }

  it('Redis may be gone for 10 s', async () => {
    const meanwhile: Caller[] = [];
    await expectToLiveThrough('Redis gone for 10 s', async () => {
      await centre.redis.shut();
      const back = systemClock.sleep(REDIS_GONE_MS);
      meanwhile.push(await ringsMeanwhile());
      await back;
      await centre.redis.reopen();
    });
    for (const caller of meanwhile) await expectKept(caller);
  });

  it('Redis may answer nothing for 10 s', () =>
    expectToLiveThrough('Redis silent for 10 s', async () => {
      centre.redis.stall();
      await systemClock.sleep(REDIS_GONE_MS);
      await centre.redis.shut();
      await centre.redis.reopen();
    }));

  it('Postgres may be gone for 30 s', async () => {
    const meanwhile: Caller[] = [];
    await expectToLiveThrough('Postgres gone for 30 s', async () => {
      await centre.postgres.shut();
      const back = systemClock.sleep(POSTGRES_GONE_MS);
      meanwhile.push(await ringsMeanwhile());
      await back;
      await centre.postgres.reopen();
    });
    for (const caller of meanwhile) await expectKept(caller);
  });

  it('the node may stand still for 200 ms, ten times', () =>
    expectToLiveThrough('api stalled for 200 ms', async () => {
      for (let n = 0; n < 10; n += 1) {
        await node.program.stall(STALLED_MS);
        await systemClock.sleep(STALLED_MS);
      }
    }));
});
