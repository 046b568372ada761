import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import { newNodeId, systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { LiveCalls, Nodes } from '@app/live-state';
import { LostCalls } from './lost-calls.js';
import {
  ENDED_AT,
  newLiveCall,
  RememberingQueue,
  silentLog,
  type StoresForSpecs,
  storesForSpecs,
} from './testing/worker-for-specs.js';

let stores: StoresForSpecs;

beforeAll(async () => {
  stores = await storesForSpecs();
});
afterAll(() => stores.close());
beforeEach(async () => {
  for (const { id } of await stores.live.unfinished()) await stores.live.drop(id);
});

function open(options: { returnWithinMs?: number } = {}) {
  const [queue, clock] = [new RememberingQueue(), new FakeClock()];
  const nodes = new Nodes(stores.redis, systemClock);
  const lost = new LostCalls({ live: stores.live, nodes, queue, clock, log: silentLog, ...options });
  return { queue, clock, lost, nodes };
}

async function callOf(nodeId = newNodeId()) {
  const call = newLiveCall(stores.postgres.agentId);
  await new LiveCalls(stores.redis, nodeId).begin(call);
  return call;
}

describe('a call whose node is gone', () => {
  it('is closed as such, and finished', async () => {
    const { lost, queue, clock } = open();
    const call = await callOf();
    await lost.look();
    await clock.advance(4_000);
    await lost.look();

    expect(await stores.live.get(call.id)).toMatchObject({ state: 'closing', endReason: 'node-lost' });
    expect(queue.asked).toEqual([['finish-call', call.id, { callId: call.id }]]);
  });

  it.each(['caller-hung-up', 'node-lost'] as const)(
    'and that had ended (%s) is finished, as it ended',
    async (reason) => {
      const { lost, queue, clock } = open();
      const call = await callOf();
      await stores.live.end(call.id, { endedAt: clock.date().toISOString(), endReason: reason });
      await lost.look();
      expect(queue.asked).toEqual([]);
      await clock.advance(4_000);
      await lost.look();

      expect(queue.asked).toEqual([['finish-call', call.id, { callId: call.id }]]);
      expect(await stores.live.get(call.id)).toMatchObject({ endReason: reason });
    },
  );

  it('is left open for as long as its sound may come back', async () => {
    const { lost, clock } = open({ returnWithinMs: 20_000 });
    const call = await callOf();
    await lost.look();
    await clock.advance(19_900);
    await lost.look();
    expect(await stores.live.get(call.id)).toMatchObject({ state: 'live' });
    await clock.advance(100);
    await lost.look();
    expect(await stores.live.get(call.id)).toMatchObject({ endReason: 'node-lost' });
  });

  it('and that another node takes over while it is being closed, stays as it is', async () => {
    const { lost, queue, clock } = open();
    const call = await callOf();
    await lost.look();
    await clock.advance(4_000);
    const { live } = stores;
    const unfinished = live.unfinished;
    Object.assign(live, {
      unfinished: async () => {
        const found = await unfinished();
        const mine = found.find(({ id }) => id === call.id);
        if (mine) await new LiveCalls(stores.redis, newNodeId()).takeOver(mine);
        return found;
      },
    });
    await lost.look().finally(() => Object.assign(live, { unfinished }));

    expect(await live.get(call.id)).toMatchObject({ state: 'live', epoch: 2 });
    expect(queue.asked).toEqual([]);
  });

  it('is left alone at the first look, in case its node tells of itself a moment later', async () => {
    const { lost, queue, nodes, clock } = open();
    const nodeId = newNodeId();
    const call = await callOf(nodeId);
    await lost.look();
    await clock.advance(3_900);
    await lost.look();
    const registered = await nodes.register(() => ({ id: nodeId, startedAt: ENDED_AT, calls: 1, capacity: 1 }));
    await clock.advance(100);
    await lost.look();
    await clock.advance(3_900);
    await lost.look();

    expect(await stores.live.get(call.id)).toMatchObject({ state: 'live' });
    expect(queue.asked).toEqual([]);
    await registered.leave();
  });
});

describe('a call that ended', () => {
  it('is finished when nobody did so within 30 s', async () => {
    const { lost, queue, clock, nodes } = open();
    const nodeId = newNodeId();
    const registered = await nodes.register(() => ({ id: nodeId, startedAt: ENDED_AT, calls: 1, capacity: 1 }));
    const call = await callOf(nodeId);
    await stores.live.end(call.id, { endedAt: clock.date().toISOString(), endReason: 'caller-hung-up' });
    await clock.advance(30_000);
    await lost.look();
    expect(queue.asked).toEqual([]);

    await clock.advance(1);
    await lost.look();
    expect(queue.asked).toEqual([['finish-call', call.id, { callId: call.id }]]);
    await registered.leave();
  });
});

describe('watching', () => {
  it('looks every 2 s until it is closed, also after a look that failed', async () => {
    const { lost, clock } = open();
    const looks: number[] = [];
    lost.look = () => {
      looks.push(clock.nowMs());
      return Promise.reject(new StoreError('redis', 'unavailable'));
    };
    lost.watch();
    await clock.advance(5_000);
    await lost.close();
    await clock.advance(60_000);

    expect(looks).toEqual([2_000, 4_000]);
    expect(clock.waiting).toBe(0);
  });
});
