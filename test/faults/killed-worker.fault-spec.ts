import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { until } from '../until.js';
import { Caller } from './caller.js';
import { callerLines, WHERE } from './caller-lines.js';
import { expectUndisturbed } from './expectations.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { HeldWork, type Moment, MOMENTS } from './held-work.js';
import { greetedCall } from './killed-calls.js';
import { Bystander, printTable } from './outcome.js';
import type { Program } from './program.js';
import { ONCE, writtenOf } from './written.js';

jest.setTimeout(180_000);

const STORED_WITHIN_MS = 30_000;
const ANOTHER = 'harbour-hotel';
describe('a worker that is killed while it does what comes after calls', () => {
  let lines: Awaited<ReturnType<typeof callerLines>>;
  let centre: FaultCentre;
  let node: Node;

  beforeAll(async () => {
    lines = await callerLines();
    centre = await FaultCentre.open();
    node = await centre.startNode();
  });
  afterAll(() => centre?.close());

  /** It was asked, and has answered. */
  async function spokenCall(seed: number): Promise<Caller> {
    const caller = await greetedCall(node, lines, seed);
    const { toMs } = await caller.says(WHERE);
    await caller.answered(toMs, { quietMs: 900, withinMs: 15_000 });
    return caller;
  }

  async function hangUp(caller: Caller): Promise<void> {
    caller.hangUp();
    await caller.over();
  }

  /** A call in each moment, and one that ends when there is no worker; told with when the worker was killed. */
  async function killedInEveryMoment(): Promise<{ calls: Map<Moment | 'no worker', Caller>; killedMs: number }> {
    const [storing, stored, reporting, late] = await Promise.all([401, 402, 403, 404].map(spokenCall));
    if (!storing || !stored || !reporting || !late) throw new Error('four calls were rung');
    const early = { storing, stored, reporting };
    const held = await HeldWork.begin(centre);
    for (const moment of MOMENTS) await held.hold(early[moment].callId, moment);
    await Promise.all(Object.values(early).map(hangUp));
    await held.reached(MOMENTS.length);
    await centre.worker.kill();
    const killedMs = systemClock.nowMs();
    await hangUp(late);
    await held.release();
    return {
      calls: new Map([...MOMENTS.map((moment) => [moment, early[moment]] as const), ['no worker', late]]),
      killedMs,
    };
  }

  /** Resolves when all was done, so long after the worker was killed. */
  async function expectDone(moment: string, caller: Caller, killedMs: number): Promise<void> {
    const written = () => writtenOf(centre, caller.callId);
    await until(async () => (await written()).stored, STORED_WITHIN_MS);
    const afterMs = systemClock.nowMs() - killedMs;
    await until(async () => (await written()).reports > 0, STORED_WITHIN_MS);
    const { state, endReason, transcript } = await caller.record();
    process.stdout.write(`killed worker: ${moment.padEnd(10)} stored after ${Math.round(afterMs)} ms, ${transcript.length} segments\n`); // prettier-ignore
    expect(afterMs).toBeLessThanOrEqual(STORED_WITHIN_MS);
    expect({ state, endReason }).toEqual({ state: 'ended', endReason: 'caller-hung-up' });
    expect(transcript.filter(({ speaker }) => speaker === 'caller')).toHaveLength(1);
  }

  it('loses nothing, and nothing is done twice: the next one finds what is done', async () => {
    const { calls, killedMs } = await killedInEveryMoment();
    const next = centre.startWorker();
    await Promise.all([...calls].map(([moment, caller]) => expectDone(moment, caller, killedMs)));
    const told = (msg: string, moment: Moment, facts: object = {}) =>
      expect.objectContaining({ msg, callId: calls.get(moment)?.callId, ...facts });
    const itsLog = () => logOf(next);
    await until(() => itsLog().some(({ msg }) => msg === 'this call is reported already'), STORED_WITHIN_MS);
    expect(itsLog()).toContainEqual(told('call stored', 'storing', { outcome: 'stored' }));
    expect(itsLog()).toContainEqual(told('call stored', 'stored', { outcome: 'already' }));
    expect(itsLog()).toContainEqual(told('this call is reported already', 'reporting'));
    for (const { callId } of calls.values()) expect(await writtenOf(centre, callId)).toEqual(ONCE);
    expect(await centre.linesInUse(node, 'brightwater-dental')).toBe(0);
  });

  it('is not noticed by a call that goes on', async () => {
    const caller = await Caller.ring(node.centre, lines, { seed: 400, agent: ANOTHER });
    await Promise.all([caller.known(), caller.greeted()]);
    const bystander = new Bystander(caller);
    const talk = bystander.talk();
    talk.catch(() => undefined); // waited for below, unless something breaks before
    await until(() => bystander.turns > 0);
    await centre.worker.kill();
    const then = bystander.turns;
    await until(() => bystander.turns > then);
    centre.startWorker();
    bystander.enough();
    const record = await talk;
    const { silenceMs, turns } = bystander;
    printTable(
      [{ fault: 'worker killed', silenceMs, heard: [`${turns} turns`], wentOnAfter: turns, record }],
      bystander,
    );
    expectUndisturbed({ bystander, undisturbed: record });
    await until(async () => (await writtenOf(centre, caller.callId)).reports > 0);
    expect(await writtenOf(centre, caller.callId)).toEqual(ONCE);
  });
});

const logOf = ({ printed }: Program): Record<string, unknown>[] =>
  printed
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
