import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { callerLines } from './caller-lines.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { appointmentsOf, expectClosed, greetedCall, killedInEveryMoment } from './killed-calls.js';

jest.setTimeout(180_000);

describe('a node that is killed in the middle of its calls', () => {
  let lines: Awaited<ReturnType<typeof callerLines>>;
  let centre: FaultCentre;
  let other: Node;

  beforeAll(async () => {
    lines = await callerLines();
    centre = await FaultCentre.open();
    other = await centre.startNode();
  });
  afterAll(() => centre?.close());

  it('leaves lines and calls that are closed while another node runs, and nothing is done twice', async () => {
    const killed = await killedInEveryMoment(centre, await centre.startNode(), lines, 100);
    await expectClosed(centre, other, killed);
    for (const { caller } of killed) expect(await appointmentsOf(centre, caller.callId)).toBeLessThanOrEqual(1);
    const next = await greetedCall(other, lines, 150);
    next.hangUp();
    await next.over();
    expect((await next.record()).endReason).toBe('caller-hung-up');
  });

  it('and its worker with it, leaves them to the next start', async () => {
    const killed = await killedInEveryMoment(centre, other, lines, 200);
    await centre.worker.kill();
    centre.startWorker();
    await expectClosed(centre, await centre.startNode(), killed);
    for (const { caller } of killed) expect(await appointmentsOf(centre, caller.callId)).toBeLessThanOrEqual(1);
  });
});
