import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { createLogger } from '@app/boot';
import { SteppedCall } from '@app/conversation/testing';
import { writeEntry } from '@app/conversation';
import { type CallId, newCallId, newNodeId, type NodeId, systemClock } from '@app/kernel';
import { Commands, LiveCalls, type LiveRedis, Nodes, openRedis, RedisCallLogs } from '@app/live-state';
import { freshRedis } from '../../../../test/stores.js';
import { liveCall } from '../testing/some-calls.js';
import { ReturnedCalls } from './returned-calls.js';

let redis: LiveRedis;
let logs: RedisCallLogs;
let nodes: Nodes;
let commands: Commands;
let callId: CallId;
let owner: NodeId;
let carrierCallId: string;
const added = jest.fn<(name: string, key: string) => Promise<void>>(() => Promise.resolve());

beforeAll(async () => {
  redis = await openRedis({ url: (await freshRedis()).url }, systemClock);
  logs = new RedisCallLogs(redis, systemClock);
  nodes = new Nodes(redis, systemClock);
  commands = new Commands(redis, systemClock);
});
afterAll(async () => {
  await commands.close();
  await redis.close();
});

beforeEach(async () => {
  added.mockClear();
  [callId, owner] = [newCallId(), newNodeId()];
  carrierCallId = callId.replace(/\D/g, '');
  const { state: _state, nodeId: _nodeId, epoch: _epoch, ...facts } = liveCall(1, { id: callId, carrierCallId });
  const live = new LiveCalls(redis, owner);
  await live.claim('ringover', carrierCallId, callId);
  await live.begin(facts);
});

function anotherNode(): ReturnedCalls {
  const nodeId = newNodeId();
  const log = createLogger({ name: 'api', level: 'silent' });
  const live = new LiveCalls(redis, nodeId);
  return new ReturnedCalls({ clock: systemClock, log, nodeId, live, nodes, commands, logs, jobs: { add: added } });
}

async function logged(): Promise<SteppedCall> {
  const call = SteppedCall.greeted();
  const log = logs.open(callId);
  for (const entry of call.log) log.append(writeEntry(entry));
  await log.flush(1_000);
  return call;
}

const alive = () => nodes.register(() => ({ id: owner, startedAt: '2030-01-07T09:00:00.000Z', calls: 1, capacity: 1 }));

describe('a stream of a call', () => {
  it('that nobody has is a new one', async () => {
    expect(await anotherNode().take('ringover', '1')).toEqual({ state: 'new' });
    expect(await anotherNode().take('ringover', null)).toEqual({ state: 'new' });
  });

  it('whose node is gone is taken over with its whole history, once', async () => {
    const { call, log } = await logged();
    const taken = await Promise.all([1, 2, 3].map(() => anotherNode().take('ringover', carrierCallId)));

    expect(taken.map(({ state }) => state).sort()).toEqual(['returned', 'taken', 'taken']);
    const [returned] = taken.filter((each) => each.state === 'returned');
    expect(returned?.takenOver).toMatchObject({ call, seq: log.length, epoch: 2, fromNode: owner });
    expect(returned?.call).toMatchObject({ id: callId, epoch: 2 });
  });

  it('whose node answers is a second one', async () => {
    await logged();
    const node = await alive();
    const serving = commands.serve(owner, () => Promise.resolve({ state: 'done', effect: 'carried' }));

    expect(await anotherNode().take('ringover', carrierCallId)).toEqual({ state: 'taken' });
    await serving.stop();
    await node.leave();
  });

  it('whose node should be there and does not answer is taken over after a second', async () => {
    await logged();
    const node = await alive();

    expect(await anotherNode().take('ringover', carrierCallId)).toMatchObject({ state: 'returned' });
    await node.leave();
  });

  it.each([
    ['was never stored', []],
    ['breaks off in its beginning', ['{"format":1,"seq":0']],
    ['has a hole', ['{"format":1,"seq":0,"atMs":0,"input":{"type":"line-up"},"effects":[]}', '{"seq":2}']],
  ])('of which the log %s is closed, and its caller served anew', async (_why, lines) => {
    const log = logs.open(callId);
    for (const line of lines) log.append(line);
    await log.flush(1_000);

    expect(await anotherNode().take('ringover', carrierCallId)).toEqual({ state: 'new' });
    expect(await new LiveCalls(redis, owner).get(callId)).toMatchObject({ state: 'closing', endReason: 'node-lost' });
    expect(added.mock.calls.map(([name, key]) => [name, key])).toEqual([['finish-call', callId]]);
    expect(await new LiveCalls(redis, newNodeId()).claim('ringover', carrierCallId, newCallId())).toBe(true);
  });

  it('that has ended is a new one', async () => {
    await new LiveCalls(redis, owner).end(callId, { endedAt: '2030-01-07T09:01:00.000Z', endReason: 'node-lost' });

    expect(await anotherNode().take('ringover', carrierCallId)).toEqual({ state: 'new' });
  });
});
