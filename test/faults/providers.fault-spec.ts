import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { until } from '../until.js';
import { callerLines } from './caller-lines.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { printTable } from './outcome.js';
import { type FaultedCalls, faultedCalls, PROVIDER_FAULTS } from './provider-faults.js';
import { expectBorne, expectUndisturbed } from './expectations.js';

jest.setTimeout(180_000);

describe('a provider that', () => {
  let centre: FaultCentre;
  let node: Node;
  let calls: FaultedCalls;

  beforeAll(async () => {
    const lines = await callerLines();
    centre = await FaultCentre.open();
    node = await centre.startNode();
    calls = await faultedCalls(centre, node, { faults: PROVIDER_FAULTS, lines });
    printTable(calls.outcomes, calls.bystander);
  });
  afterAll(() => centre?.close());

  it.each(PROVIDER_FAULTS.map(({ name }) => name))('%s leaves no caller in silence, and is told', (name) => {
    expectBorne(calls.outcomes.find(({ fault }) => fault === name));
  });

  it('fails disturbs no other call', () => expectUndisturbed(calls));

  it('failed keeps no line', async () => {
    await until(async () => (await centre.linesInUse(node)) === 0);
    expect(await centre.linesInUse(node)).toBe(0);
  });
});
