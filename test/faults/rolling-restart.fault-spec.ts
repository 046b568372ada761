import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../until.js';
import type { Caller } from './caller.js';
import { callerLines, COST } from './caller-lines.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { greetedCall } from './killed-calls.js';

jest.setTimeout(180_000);

const QUIET = { quietMs: 900, withinMs: 15_000 };
const CALLS = 3;
/** On a machine that does other things too, its calls take their time. */
const PATIENT = { DRAIN_MS: '90000' };

/** What `tools/deploy` does: one node after the other is stopped as planned, and started anew. */
describe('a rolling restart of two nodes', () => {
  let lines: Awaited<ReturnType<typeof callerLines>>;
  let centre: FaultCentre;
  let nodes: Node[];
  let seed = 1_000;

  beforeAll(async () => {
    lines = await callerLines();
    centre = await FaultCentre.open();
    nodes = await Promise.all([centre.startNode(PATIENT), centre.startNode(PATIENT)]);
  });
  afterAll(() => centre?.close());

  const ring = (node: Node, other: Node) =>
    Promise.all(Array.from({ length: CALLS }, () => greetedCall(node, lines, (seed += 1), other)));

  async function talkAndHangUp(caller: Caller): Promise<void> {
    const { toMs } = await caller.says(COST);
    expect(await caller.answered(toMs, QUIET)).toBe(true);
    caller.hangUp();
    await caller.over();
  }

  it.each([0, 1])(
    'drops no call: node %i lets its own end, and what is rung meanwhile goes to the other',
    async (n) => {
      const [old, other] = [nodes[n], nodes[1 - n]];
      if (!old || !other) throw new Error('two nodes were started');
      const before = await ring(old, other);
      const stopped = old.program.stop();
      await until(async () => (await fetch(`${old.centre.apiUrl}/ready`)).status === 503);
      const meanwhile = await ring(old, other);
      await Promise.all([...before, ...meanwhile].map(talkAndHangUp));

      expect(await stopped).toBe(0);
      nodes[n] = await centre.startNode(PATIENT);
      for (const caller of [...before, ...meanwhile]) {
        const { endReason, events } = await caller.record(other);
        expect({ endReason, returns: caller.returns }).toEqual({ endReason: 'caller-hung-up', returns: 0 });
        expect(events.map(({ type }) => type)).not.toContain('call.adopted');
      }
    },
  );

  it('leaves both nodes with all lines free', async () => {
    for (const node of nodes) {
      await until(async () => (await centre.linesInUse(node)) === 0);
      expect(await centre.linesInUse(node)).toBe(0);
    }
  });
});
