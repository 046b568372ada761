import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { ApiCall } from '../../apps/lab/src/call/api-call.js';
import { until } from '../until.js';
import type { Caller } from './caller.js';
import { callerLines } from './caller-lines.js';
import { expectBorne, expectUndisturbed } from './expectations.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { duringTheReply, expectClosed, type KilledCall } from './killed-calls.js';
import { printTable } from './outcome.js';
import { type FaultedCalls, faultedCalls, PROVIDER_FAULTS } from './provider-faults.js';

jest.setTimeout(120_000);

/** A second is waited for the node that is gone, and a moment for what is said then. */
const BACK_WITHIN_MS = 10_000;

/** The short form of `npm run test:faults`: those that need different rungs of the ladder. */
const SOME = ['recogniser breaks off', 'model hangs', 'voice hangs', 'voice answers 500'];
const FAULTS = PROVIDER_FAULTS.filter(({ name }) => SOME.includes(name));

async function hangsUpAfterItCameBack(caller: Caller, to: Node): Promise<ApiCall> {
  const brokeMs = caller.nowMs;
  await caller.until(() => caller.returns > 0, BACK_WITHIN_MS);
  await caller.answered(brokeMs + 200, { quietMs: 1_800, withinMs: BACK_WITHIN_MS });
  caller.hangUp();
  await caller.over();
  return caller.record(to);
}

describe('a centre with two nodes', () => {
  let centre: FaultCentre;
  let node: Node;
  let killed: KilledCall;
  /** Of the same node, and its sound comes back to the other. */
  let returning: KilledCall;
  let goneOn: Promise<ApiCall>;
  let closed: Promise<void>;
  let calls: FaultedCalls;

  beforeAll(async () => {
    const lines = await callerLines();
    centre = await FaultCentre.open();
    const [first, doomed] = await Promise.all([centre.startNode(), centre.startNode()]);
    node = first;
    const [caller, back] = await Promise.all([
      duringTheReply(doomed, lines, 900),
      duringTheReply(doomed, lines, 901, first),
    ]);
    killed = { moment: 'replied', caller, before: await caller.live() };
    returning = { moment: 'replied', caller: back, before: await back.live() };
    await doomed.program.kill();
    goneOn = hangsUpAfterItCameBack(back, first);
    goneOn.catch(() => undefined); // told by the test that waits for it
    closed = expectClosed(centre, node, [killed]);
    closed.catch(() => undefined); // told by the test that waits for it
    calls = await faultedCalls(centre, node, { faults: FAULTS, lines });
    printTable(calls.outcomes, calls.bystander);
  });
  afterAll(() => centre?.close());

  it('closes the calls of the node that was killed, with all that was said', () =>
    expect(closed).resolves.toBeUndefined());

  it('goes on with the call that comes back, after one line that says so, until its caller hangs up', async () => {
    const { caller, before } = returning;
    const { id, endReason, transcript, events } = await goneOn;

    expect({ id, endReason, returns: caller.returns }).toEqual({ id: caller.callId, endReason: 'caller-hung-up', returns: 1 }); // prettier-ignore
    const said = transcript.map((segment) => segment.said);
    expect(said).toEqual(expect.arrayContaining(before.transcript.map((segment) => segment.said)));
    expect(said.filter((text) => text.includes('the line was gone'))).toHaveLength(1);
    expect(events.filter(({ type }) => type === 'call.adopted')).toHaveLength(1);
  });

  it.each(SOME)('leaves no caller in silence when a %s, and tells it', (name) => {
    expectBorne(calls.outcomes.find(({ fault }) => fault === name));
  });

  it('has no call disturbed by another’s trouble', () => expectUndisturbed(calls));

  it('has no line taken in the end', async () => {
    await until(async () => (await centre.linesInUse(node)) === 0);
    expect(await centre.linesInUse(node)).toBe(0);
  });
});
