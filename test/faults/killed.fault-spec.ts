import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../until.js';
import { callerLines } from './caller-lines.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { appointmentsOf, expectClosed, greetedCall, type KilledCall, killedInEveryMoment } from './killed-calls.js';
import { ONCE, writtenOf } from './written.js';

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

  /** What comes after them was done, and not twice: neither what their agents did, nor what their records became. */
  async function expectOnce(killed: readonly KilledCall[]): Promise<void> {
    for (const { caller } of killed) {
      await until(async () => (await writtenOf(centre, caller.callId)).reports > 0);
      expect(await writtenOf(centre, caller.callId)).toEqual(ONCE);
      expect(await appointmentsOf(centre, caller.callId)).toBeLessThanOrEqual(1);
    }
  }

  it('leaves lines and calls that are closed while another node runs, and nothing is done twice', async () => {
    const killed = await killedInEveryMoment(centre, await centre.startNode(), { lines, firstSeed: 100 });
    await expectClosed(centre, other, killed);
    await expectOnce(killed);
    const next = await greetedCall(other, lines, 150);
    next.hangUp();
    await next.over();
    expect((await next.record()).endReason).toBe('caller-hung-up');
  });

  it('and its worker with it, leaves them to the next start', async () => {
    const killed = await killedInEveryMoment(centre, other, { lines, firstSeed: 200 });
    await centre.worker.kill();
    centre.startWorker();
    await expectClosed(centre, await centre.startNode(), killed);
    await expectOnce(killed);
  });
});
