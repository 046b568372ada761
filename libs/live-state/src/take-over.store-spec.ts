import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { type CallId, newCallId, newNodeId, systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { Lines } from './lines.js';
import type { LiveCall } from './live-call.js';
import { LiveCalls } from './live-calls.js';
import { type LiveRedis, openRedis } from './redis.js';
import { RedisCallLogs } from './redis-call-logs.js';

let redis: LiveRedis;
const [before, after] = [newNodeId(), newNodeId()];
let old: LiveCalls;
let next: LiveCalls;
let callId: CallId;
let carrierCallId: string;

beforeAll(async () => {
  const { url } = await freshRedis();
  redis = await openRedis({ url }, systemClock);
  for (const node of [before, after]) await redis.ask((commands) => commands.set(redis.keys.node(node), '{}'));
  [old, next] = [new LiveCalls(redis, before), new LiveCalls(redis, after)];
});
afterAll(() => redis.close());

beforeEach(async () => {
  callId = newCallId();
  carrierCallId = callId.replace(/\D/g, '');
  await old.claim('ringover', carrierCallId, callId);
  await old.begin({
    ...{ id: callId, direction: 'inbound', carrier: 'ringover', carrierCallId, from: null, to: null },
    ...{ agentId: 'agent', agentVersion: 3, contactId: null, routedBy: 'number +33184990011' },
    ...{ ringingAt: null, startedAt: '2030-01-07T09:00:00.000Z', answeredAt: null },
  });
});

const known = async (): Promise<LiveCall> => {
  const call = await next.get(callId);
  if (!call) throw new Error('the call is not known');
  return call;
};
const END = { endedAt: '2030-01-07T09:00:10.000Z', endReason: 'line-lost' } as const;

describe('a call that another node takes over', () => {
  it('is that node’s, in the next epoch, with all that was known of it', async () => {
    const call = await known();
    expect(call).toMatchObject({ nodeId: before, epoch: 1 });

    expect(await next.takeOver(call)).toBe(2);
    expect(await known()).toEqual({ ...call, nodeId: after, epoch: 2 });
  });

  it('is taken over once, however many nodes try, and by the same one however often it asks', async () => {
    const call = await known();
    const nodes = Array.from({ length: 10 }, () => new LiveCalls(redis, newNodeId()));
    const taken = await Promise.all(nodes.map((node) => node.takeOver(call)));

    expect(taken.filter((epoch) => epoch !== undefined)).toEqual([2]);
    const winner = nodes[taken.indexOf(2)];
    expect(await winner?.takeOver(call)).toBe(2);
  });

  it('is claimed for it: another stream of the carrier’s call is refused', async () => {
    await next.takeOver(await known());

    expect(await next.claim('ringover', carrierCallId, callId)).toBe(true);
    expect(await old.claim('ringover', carrierCallId, newCallId())).toBe(false);
  });

  it('is not taken over when it has ended', async () => {
    const call = await known();
    await old.end(callId, END);

    expect(await next.takeOver(call)).toBeUndefined();
  });

  it('is not ended, and not changed, by the node before', async () => {
    const call = await known();
    await next.takeOver(call);
    await old.update(callId, { agentId: 'another' }, call.epoch);

    expect(await old.end(callId, END, call.epoch)).toBe(false);
    expect(await known()).toMatchObject({ state: 'live', agentId: 'agent' });
    expect((await next.list()).map(({ id }) => id)).toContain(callId);
    expect(await next.end(callId, END, 2)).toBe(true);
    expect(await known()).toMatchObject({ state: 'closing', endReason: 'line-lost' });
  });

  it('has a log in which the next entry follows the last, and nothing of what comes late', async () => {
    const logs = new RedisCallLogs(redis, systemClock);
    const onTaken = jest.fn();
    const late = logs.open(callId, undefined, onTaken);
    late.append('0');
    await late.flush(1_000);
    await next.takeOver(await known());
    const log = logs.open(callId, { epoch: 2, stored: 1 });
    log.append('1');
    await log.flush(1_000);
    for (const entry of ['late 1', 'late 2']) late.append(entry);

    await until(() => late.lost > 0);
    await expect(late.flush(1_000)).rejects.toMatchObject({ code: 'store.unavailable' });
    expect(onTaken).toHaveBeenCalledTimes(1);
    log.append('2');
    await log.flush(1_000);
    expect(await logs.read(callId)).toEqual(['0', '1', '2']);
  });

  it('has a line that the node before cannot keep, and is told so', async () => {
    const lines = new Lines(redis);
    const [agentId, other] = [newCallId(), newCallId()];
    const held = { agentId, nodeId: before };
    for (const id of [callId, other]) await lines.acquire({ ...held, callId: id }, { agent: 2 });
    await next.takeOver(await known());
    await lines.release({ ...held, callId });

    expect(await lines.renew([callId, other].map((id) => ({ ...held, callId: id })))).toEqual([callId]);
    expect(await lines.count(agentId)).toBe(1);
    expect(await lines.renew([{ agentId, nodeId: after, callId, epoch: 2 }])).toEqual([]);
    expect(await lines.count(agentId)).toBe(2);
  });
});
