import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { parseWav, rms } from '@app/audio';
import type { ApiCall } from '../../apps/lab/src/call/api-call.js';
import { until } from '../until.js';
import { Caller } from './caller.js';
import { callerLines } from './caller-lines.js';
import { expectBorne, expectUndisturbed } from './expectations.js';
import { FaultCentre, type Node } from './fault-centre.js';
import { Bystander, livedThrough, type Outcome, printTable } from './outcome.js';

jest.setTimeout(180_000);

/** About two seconds of sound. */
const DISK_BYTES = 65_536;
const NOWHERE = '/dev/null/recordings';
const RECORDED = 'northgate-parcels';
const NOT_RECORDED = 'harbour-hotel';
const LOST = /^recording\.ended$/;

describe('a call that is recorded', () => {
  let lines: Awaited<ReturnType<typeof callerLines>>;
  let centre: FaultCentre;
  let small: Node;
  let gone: Node;
  let onSmall: Outcome;
  let onGone: Outcome;
  let bystander: Bystander;
  let undisturbed: ApiCall;

  const ring = async (node: Node, seed: number, agent: string) => {
    const caller = await Caller.ring(node.centre, lines, { seed, agent });
    await Promise.all([caller.known(), caller.greeted()]);
    return caller;
  };
  const livesOn = async (node: Node, fault: string, seed: number) => {
    const caller = await ring(node, seed, RECORDED);
    const isLost = async () => (await caller.live()).events.some(({ type }) => LOST.test(type));
    return livedThrough(caller, fault, () => until(isLost));
  };
  const soundOf = ({ centre: { apiUrl, apiKey } }: Node, { record: { id } }: Outcome) =>
    fetch(`${apiUrl}/api/v1/calls/${id}/recording`, { headers: { authorization: `Bearer ${apiKey}` } });
  const reasonsOf = ({ record: { events } }: Outcome) =>
    events.filter(({ type }) => LOST.test(type)).map(({ data }) => data);

  beforeAll(async () => {
    lines = await callerLines();
    centre = await FaultCentre.open();
    await centre.keepRecordingsOf(RECORDED);
    [small, gone] = await Promise.all([
      centre.startNode({}, { mostFileBytes: DISK_BYTES }),
      centre.startNode({ RECORDINGS_DIR: NOWHERE }),
    ]);
    bystander = new Bystander(await ring(small, 500, NOT_RECORDED));
    const talk = bystander.talk();
    [onSmall, onGone] = await Promise.all([
      livesOn(small, 'disk full for recordings', 501),
      livesOn(gone, 'no folder for recordings', 502),
    ]);
    bystander.enough();
    undisturbed = await talk;
    printTable([onSmall, onGone], bystander);
  });
  afterAll(() => centre?.close());

  it('goes on when the disk is full, and tells that its recording is not whole', () => {
    expectBorne(onSmall, LOST);
    expect(reasonsOf(onSmall)).toEqual([{ reason: 'disk-full' }]);
  });

  it('keeps what was on the disk, with its true length', async () => {
    const bytes = Buffer.from(await (await soundOf(small, onSmall)).arrayBuffer());
    const [, agent = new Int16Array()] = parseWav(bytes).channels;
    expect(bytes.length).toBeLessThanOrEqual(DISK_BYTES);
    expect(bytes.readUInt32LE(40)).toBe(bytes.length - 44);
    expect(agent.length).toBeGreaterThan(8_000);
    expect(rms(agent)).toBeGreaterThan(300);
  });

  it('goes on when there is nothing to write to, and tells it', async () => {
    expectBorne(onGone, LOST);
    expect(reasonsOf(onGone)).toEqual([{ reason: 'failed' }]);
    expect((await soundOf(small, onGone)).status).toBe(404);
  });

  it('disturbs no other call of its process by that', () => expectUndisturbed({ bystander, undisturbed }));

  it('keeps no line', async () => {
    await until(async () => (await centre.linesInUse(small)) === 0);
    expect(await centre.linesInUse(small)).toBe(0);
  });
});
