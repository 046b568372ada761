import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newCallId, newNodeId, type NodeId, systemClock } from '@app/kernel';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import { LiveCalls } from './live-calls.js';
import type { NewLiveCall } from './live-call.js';
import { Nodes } from './nodes.js';
import { type LiveRedis, openRedis } from './redis.js';

let server: Awaited<ReturnType<typeof freshRedis>>;
let redis: LiveRedis;
let nodeId: NodeId;
let calls: LiveCalls;

beforeAll(async () => {
  server = await freshRedis();
  redis = await openRedis({ url: server.url }, systemClock);
});
afterAll(() => redis.close());
beforeEach(async () => {
  await server.flush();
  nodeId = await aliveNode();
  calls = new LiveCalls(redis, nodeId);
});

async function aliveNode(): Promise<NodeId> {
  const id = newNodeId();
  await redis.ask((commands) => commands.set(redis.keys.node(id), '{}'));
  return id;
}

const call = (changes: Partial<NewLiveCall> = {}): NewLiveCall => ({
  id: newCallId(),
  direction: 'inbound',
  carrier: 'ringover',
  carrierCallId: '1834567890123456789',
  from: '+33600000001',
  to: null,
  agentId: 'agent',
  agentVersion: 3,
  contactId: null,
  routedBy: 'number +33184990011',
  ringingAt: null,
  startedAt: '2030-01-07T09:00:00.000Z',
  answeredAt: null,
  ...changes,
});

const END = { endedAt: '2030-01-07T09:00:10.000Z', endReason: 'caller-hung-up' } as const;
const HUNG_UP_AT = '2030-01-07T09:00:11.000Z';

describe('a live call', () => {
  it('is known by its id and by its carrier’s, with all that was said of it', async () => {
    const begun = call();
    await calls.begin(begun);

    const known = { ...begun, state: 'live', nodeId, epoch: 1, endedAt: null, endReason: null, hungUpAt: null };
    expect(await calls.get(begun.id)).toEqual(known);
    expect(await calls.findByCarrierCallId('ringover', '1834567890123456789')).toEqual(known);
    expect(await calls.list()).toEqual([known]);
  });

  it('is not known by what is not its own', async () => {
    await calls.begin(call());

    expect(await calls.get(newCallId())).toBeUndefined();
    expect(await calls.findByCarrierCallId('twilio', '1834567890123456789')).toBeUndefined();
    expect(await calls.findByCarrierCallId('ringover', '1')).toBeUndefined();
  });

  it('learns facts later, and forgets none', async () => {
    const begun = call();
    await calls.begin(begun);
    await calls.update(begun.id, { to: '+33184990011', answeredAt: '2030-01-07T09:00:01.000Z' });

    expect(await calls.get(begun.id)).toMatchObject({
      from: '+33600000001',
      to: '+33184990011',
      answeredAt: '2030-01-07T09:00:01.000Z',
    });
  });

  it('is not made by a fact about a call that is gone', async () => {
    const id = newCallId();
    await calls.update(id, { to: '+33184990011' });
    await calls.end(id, END);

    expect(await redis.ask((commands) => commands.keys('*call*'))).toEqual([]);
  });

  it('is listed with others, the oldest first', async () => {
    const [late, early] = [call({ startedAt: '2030-01-07T09:00:02.000Z' }), call({ carrierCallId: null })];
    await calls.begin(late);
    await calls.begin(early);

    expect((await calls.list()).map(({ id }) => id)).toEqual([early.id, late.id]);
    expect([...(await calls.newest(1)).keys()]).toEqual([late.id]);
    expect([...(await calls.newest(9)).keys()]).toEqual([early.id, late.id]);
  });
});

describe('a call that ended', () => {
  it('is no longer listed, and known until it is dropped', async () => {
    const begun = call();
    await calls.begin(begun);
    await calls.end(begun.id, END);

    expect(await calls.list()).toEqual([]);
    expect(await calls.unfinished()).toMatchObject([{ id: begun.id, state: 'closing', ...END }]);

    expect(await calls.drop(begun.id)).toMatchObject({ id: begun.id, ...END });
    expect(await calls.drop(begun.id)).toBeUndefined();
    expect(await calls.get(begun.id)).toBeUndefined();
    expect(await calls.unfinished()).toEqual([]);
    expect(await redis.ask((commands) => commands.keys('*call*'))).toEqual([]);
  });

  it('ended the first time that it did', async () => {
    const begun = call();
    await calls.begin(begun);
    await calls.end(begun.id, END);
    await calls.end(begun.id, { endedAt: '2030-01-07T10:00:00.000Z', endReason: 'node-lost' });

    expect(await calls.get(begun.id)).toMatchObject(END);
  });

  it('leaves its carrier’s id to a newer call that has it', async () => {
    const [first, second] = [call(), call()];
    await calls.begin(first);
    await calls.end(first.id, END);
    await calls.begin(second);
    await calls.drop(first.id);

    expect(await calls.findByCarrierCallId('ringover', '1834567890123456789')).toMatchObject({ id: second.id });
  });
});

describe('the carrier’s word that a call ended', () => {
  it('is kept with a call that is live, and counts when its line closes', async () => {
    const begun = call();
    await calls.begin(begun);

    expect(await calls.noteHangUp('ringover', '1834567890123456789', HUNG_UP_AT)).toMatchObject({
      id: begun.id,
      state: 'live',
      hungUpAt: HUNG_UP_AT,
    });
    await calls.end(begun.id, END);
    expect(await calls.get(begun.id)).toMatchObject({ state: 'ended', hungUpAt: HUNG_UP_AT });
  });

  it('is kept with a call whose line is closed, the first time that it comes', async () => {
    const begun = call();
    await calls.begin(begun);
    await calls.end(begun.id, END);
    await calls.noteHangUp('ringover', '1834567890123456789', HUNG_UP_AT);
    await calls.noteHangUp('ringover', '1834567890123456789', '2030-01-07T12:00:00.000Z');

    expect(await calls.get(begun.id)).toMatchObject({ state: 'ended', hungUpAt: HUNG_UP_AT });
  });

  it('finds no call that is stored already, or was never ours', async () => {
    const begun = call();
    await calls.begin(begun);
    await calls.end(begun.id, END);
    await calls.drop(begun.id);

    expect(await calls.noteHangUp('ringover', '1834567890123456789', HUNG_UP_AT)).toBeUndefined();
    expect(await calls.get(begun.id)).toBeUndefined();
  });
});

describe('a claim on a carrier’s call', () => {
  it('is given to one of many streams that ask at once', async () => {
    const asked = await Promise.all(Array.from({ length: 10 }, () => calls.claim('ringover', '17', newCallId())));

    expect(asked.filter((given) => given)).toHaveLength(1);
  });

  it('stays with its call, whoever else asks', async () => {
    const [mine, other] = [newCallId(), newCallId()];
    const elsewhere = new LiveCalls(redis, await aliveNode());

    expect(await calls.claim('ringover', '17', mine)).toBe(true);
    expect(await calls.claim('ringover', '17', mine)).toBe(true);
    expect(await elsewhere.claim('ringover', '17', other)).toBe(false);
    await elsewhere.release('ringover', '17', other);
    expect(await elsewhere.claim('ringover', '17', other)).toBe(false);
  });

  it('is given back by its call, and by its end', async () => {
    const [mine, begun] = [newCallId(), call({ carrierCallId: '17' })];
    await calls.claim('ringover', '17', mine);
    await calls.release('ringover', '17', mine);

    expect(await calls.claim('ringover', '17', begun.id)).toBe(true);
    await calls.begin(begun);
    await calls.end(begun.id, END);
    expect(await calls.claim('ringover', '17', newCallId())).toBe(true);
  });

  it('binds nobody when its node is gone', async () => {
    await calls.claim('ringover', '17', newCallId());
    const elsewhere = new LiveCalls(redis, await aliveNode());
    await redis.ask((commands) => commands.del(redis.keys.node(nodeId)));

    expect(await elsewhere.claim('ringover', '17', newCallId())).toBe(true);
  });
});

describe('nodes', () => {
  const tell = (id: NodeId, startedAt: string) => () => ({ id, startedAt, calls: 2, capacity: 100 });

  it('are listed while they tell of themselves, the oldest first', async () => {
    const nodes = new Nodes(redis, systemClock);
    const [first, second] = [newNodeId(), newNodeId()];
    const b = await nodes.register(tell(second, '2030-01-07T09:00:02.000Z'));
    const a = await nodes.register(tell(first, '2030-01-07T09:00:01.000Z'));

    expect((await nodes.list()).map(({ id }) => id)).toEqual([first, second]);
    await a.leave();
    expect(await nodes.list()).toEqual([
      { id: second, startedAt: '2030-01-07T09:00:02.000Z', calls: 2, capacity: 100 },
    ]);
    await b.leave();
    expect(await nodes.list()).toEqual([]);
  });

  it('are gone when they have not told for the time of a lease', async () => {
    const nodes = new Nodes(redis, systemClock, 30);
    const registered = await nodes.register(tell(newNodeId(), '2030-01-07T09:00:01.000Z'));
    expect(await nodes.list()).toHaveLength(1);
    await until(async () => (await nodes.list()).length === 0);

    expect(await redis.ask((commands) => commands.smembers(redis.keys.nodes()))).toEqual([]);
    await registered.leave();
  });
});
