import { readFile } from 'node:fs/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { judgeCall } from '../../apps/lab/src/call/judge-call.js';
import { labCall } from '../../apps/lab/src/call/lab-call.js';
import { parseScenario } from '../../apps/lab/src/caller/scenario.js';
import { FliteEngine } from '../../apps/lab/src/engines/flite.engine.js';
import { FaultCentre, type Node } from '../faults/fault-centre.js';
import { COMMON, LAB } from './conversations.js';

jest.setTimeout(150_000);

const SCENARIOS = fileURLToPath(new URL('../../apps/lab/scenarios/', import.meta.url));

describe('figures', () => {
  let centre: FaultCentre;
  let node: Node;
  const folder = mkdtempSync(join(tmpdir(), 'figures-'));
  const engine = new FliteEngine({ cacheFolder: join(LAB, 'lab', 'speech') });
  beforeAll(async () => {
    centre = await FaultCentre.open({}, { engines: LAB });
    node = await centre.startNode();
  });
  afterAll(async () => {
    await engine.close();
    await centre.close();
    rmSync(folder, { recursive: true });
  });

  it.each(['figures', 'figures-fr'])('of %s are said as people say them, and remembered as they are written', async (name) => {
    const scenario = parseScenario(await readFile(`${SCENARIOS}${name}.yaml`, 'utf8'), name);
    const call = await labCall({ centre: node.centre, scenario, engine, ...COMMON, index: 0, seed: 1 });
    const { failures, report } = await judgeCall(call, folder);
    expect(failures).toEqual([]);
    const recorded = report.transcript.filter(({ speaker }) => speaker === 'agent').map((row) => row.recorded);
    expect(recorded.join(' ')).toMatch(/8[:h]30/);
  }); // prettier-ignore
});
