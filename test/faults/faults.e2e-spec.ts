import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../until.js';
import { callerLines } from './caller-lines.js';
import { expectBorne, expectUndisturbed } from './expectations.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { duringTheReply, expectClosed, type KilledCall } from './killed-calls.js';
import { printTable } from './outcome.js';
import { type FaultedCalls, faultedCalls, PROVIDER_FAULTS } from './provider-faults.js';

jest.setTimeout(120_000);

/** The short form of `npm run test:faults`: those that need different rungs of the ladder. */
const SOME = ['recogniser breaks off', 'model hangs', 'voice hangs', 'voice answers 500'];
const FAULTS = PROVIDER_FAULTS.filter(({ name }) => SOME.includes(name));

describe('a centre with two nodes', () => {
  let centre: FaultCentre;
  let node: Node;
  let killed: KilledCall;
  let closed: Promise<void>;
  let calls: FaultedCalls;

  beforeAll(async () => {
    const lines = await callerLines();
    centre = await FaultCentre.open();
    const [first, doomed] = await Promise.all([centre.startNode(), centre.startNode()]);
    node = first;
    const caller = await duringTheReply(doomed, lines, 900);
    killed = { moment: 'replied', caller, before: await caller.live() };
    await doomed.program.kill();
    closed = expectClosed(centre, node, [killed]);
    closed.catch(() => undefined); // told by the test that waits for it
    calls = await faultedCalls(centre, node, { faults: FAULTS, lines });
    printTable(calls.outcomes, calls.bystander);
  });
  afterAll(() => centre?.close());

  it('closes the calls of the node that was killed, with all that was said', () =>
    expect(closed).resolves.toBeUndefined());

  it.each(SOME)('leaves no caller in silence when a %s, and tells it', (name) => {
    expectBorne(calls.outcomes.find(({ fault }) => fault === name));
  });

  it('has no call disturbed by another’s trouble', () => expectUndisturbed(calls));

  it('has no line taken in the end', async () => {
    await until(async () => (await centre.linesInUse(node)) === 0);
    expect(await centre.linesInUse(node)).toBe(0);
  });
});
