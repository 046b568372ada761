import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { newCallId, newNodeId, type NodeId, systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { type Gate, gateTo } from '../../../test/gate.js';
import { freshRedis } from '../../../test/stores.js';
import { until } from '../../../test/until.js';
import type { CommandAnswer } from './command.js';
import type { CommandTaker } from './command-queue.js';
import { Commands } from './commands.js';
import { LiveCalls } from './live-calls.js';
import { type LiveRedis, openRedis } from './redis.js';

const HANG_UP = { type: 'hang-up', author: 'dashboard' } as const;
const DONE: CommandAnswer = { state: 'done', effect: 'hung-up' };

let redis: LiveRedis;
let gate: Gate;
let gated: LiveRedis;
let nodeId: NodeId;

beforeAll(async () => {
  const { url } = await freshRedis();
  gate = await gateTo(url);
  redis = await openRedis({ url }, systemClock);
  gated = await openRedis({ url: gate.url }, systemClock);
});
afterAll(async () => {
  await redis.close();
  await gated.close();
  await gate.shut();
});
beforeEach(() => {
  nodeId = newNodeId();
});

async function liveCall() {
  const id = newCallId();
  const facts = { carrier: 'ringover', carrierCallId: null, from: null, to: null, agentId: 'a', agentVersion: 1 };
  const more = { contactId: null, routedBy: 'x', ringingAt: null, startedAt: '2030-01-07T09:00:00Z', answeredAt: null };
  await new LiveCalls(redis, nodeId).begin({ id, direction: 'inbound', ...facts, ...more });
  return id;
}

/** A sender and a node, in two processes as it were. */
function open(take: CommandTaker, from: LiveRedis = redis) {
  const [sender, node] = [new Commands(redis, systemClock), new Commands(from, systemClock)];
  const serving = node.serve(nodeId, take);
  const close = async () => {
    await serving.stop();
    await Promise.all([sender.close(), node.close()]);
  };
  return { sender, close };
}

/** A promise, and the key to it. */
function latch() {
  let release = () => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  return { released, release };
}

describe('a command to a call', () => {
  it('is carried out by the node that has the call, and its answer comes back', async () => {
    const taken: unknown[] = [];
    const { sender, close } = open((...asked) => {
      taken.push(asked);
      return Promise.resolve(DONE);
    });
    const callId = await liveCall();

    expect(await sender.send(callId, HANG_UP)).toMatchObject(DONE);
    expect(taken).toEqual([[callId, HANG_UP, expect.any(String)]]);
    await close();
  });

  it.each([
    ['a question', { type: 'tell-counts', author: 'stats' }, 5_000],
    ['the word that its carrier does not have it', { type: 'carrier-gone', author: 'reconciliation' }, 5_000],
    ['an order', HANG_UP, 24 * 3_600_000],
  ] as const)('is remembered as long as anybody may look it up (%s)', async (_what, command, mostMs) => {
    const { sender, close } = open(() => Promise.resolve(DONE));
    const { commandId = '' } = (await sender.send(await liveCall(), command)) as { commandId?: string };
    const keptMs = await redis.ask((client) => client.pttl(redis.keys.command(commandId)));

    expect(keptMs).toBeLessThanOrEqual(mostMs);
    expect(keptMs).toBeGreaterThan(0);
    expect(await sender.get(commandId)).toMatchObject({ answer: DONE });
    await close();
  });

  it('has no effect when there is no such call, or it has ended', async () => {
    const { sender, close } = open(() => Promise.resolve(DONE));
    const callId = await liveCall();
    await new LiveCalls(redis, nodeId).end(callId, { endedAt: '2030-01-07T09:00:10Z', endReason: 'caller-hung-up' });

    expect(await sender.send(newCallId(), HANG_UP)).toEqual({ state: 'no-such-call' });
    expect(await sender.send(callId, HANG_UP)).toEqual({ state: 'no-such-call' });
    await close();
  });

  it('tells that it broke on the way', async () => {
    const { sender, close } = open(() => Promise.reject(new Error('a bug')));

    expect(await sender.send(await liveCall(), HANG_UP)).toMatchObject({ state: 'failed' });
    await close();
  });

  it('is queued when its node does not answer within a second, and tells its place', async () => {
    const clock = new FakeClock();
    const sender = new Commands(redis, clock);
    const callId = await liveCall();
    const sent = [sender.send(callId, HANG_UP), sender.send(callId, HANG_UP)];
    await until(() => clock.waiting >= 2);
    const stream = redis.keys.commands(nodeId);
    await until(async () => (await redis.ask((commands) => commands.xlen(stream))) >= 2);
    await clock.advance(1_000);

    const outcomes = await Promise.all(sent);
    expect(outcomes).toMatchObject([{ state: 'queued' }, { state: 'queued' }]);
    expect(outcomes.map((outcome) => 'place' in outcome && outcome.place).sort()).toEqual([1, 2]);

    const carriedOut: string[] = [];
    const { close } = open((id) => Promise.resolve(void carriedOut.push(id)).then(() => DONE));
    await until(() => carriedOut.length >= 2);
    await close();
    expect(await redis.ask((commands) => commands.xlen(stream))).toBe(0);
    await sender.close();
  });

  it('waits for the one before it on the same call, and for no other call', async () => {
    const { released, release } = latch();
    const [begun, order]: [string[], string[]] = [[], []];
    const [slow, quick] = [await liveCall(), await liveCall()];
    const { sender, close } = open(async (callId) => {
      begun.push(callId);
      if (begun.filter((id) => id === slow).length === 1 && callId === slow) await released;
      order.push(callId);
      return DONE;
    });
    const sent = [sender.send(slow, HANG_UP), sender.send(slow, HANG_UP)];
    expect(await sender.send(quick, HANG_UP)).toMatchObject(DONE);
    expect(begun).toEqual([slow, quick]);
    release();
    await Promise.all(sent);

    expect(order).toEqual([quick, slow, slow]);
    await close();
  });

  it('is passed over when it is none that this version knows', async () => {
    const { sender, close } = open(() => Promise.resolve(DONE));
    const stream = redis.keys.commands(nodeId);
    await redis.ask((commands) => commands.xadd(stream, '*', 'command', '{"command":{"type":"sing"}}'));
    await redis.ask((commands) => commands.xadd(stream, '*', 'command', 'not JSON'));

    expect(await sender.send(await liveCall(), HANG_UP)).toMatchObject(DONE);
    await until(async () => (await redis.ask((commands) => commands.xlen(stream))) === 0);
    await close();
  });

  it('is carried out once, also by a node that lost Redis for a while', async () => {
    const taken: string[] = [];
    const { sender, close } = open((callId) => Promise.resolve(void taken.push(callId)).then(() => DONE), gated);
    const [first, second] = [await liveCall(), await liveCall()];
    await sender.send(first, HANG_UP);
    await gate.shut();
    await sender.send(second, HANG_UP);
    await gate.reopen();
    await until(() => taken.length >= 2);

    expect(taken).toEqual([first, second]);
    await close();
  });

  describe('with a key', () => {
    const SAY = { type: 'say', author: 'dashboard', text: 'One moment.' } as const;

    it('is carried out once, however often it is asked, and its first answer is given again, also after the call', async () => {
      const taken: string[] = [];
      const { sender, close } = open((_callId, _command, commandId) => Promise.resolve(void taken.push(commandId)).then(() => DONE)); // prettier-ignore
      const callId = await liveCall();
      const first = await Promise.all([sender.send(callId, SAY, 'k'), sender.send(callId, SAY, 'k')]);
      await new LiveCalls(redis, nodeId).end(callId, { endedAt: '2030-01-07T09:00:10Z', endReason: 'caller-hung-up' });
      const later = await sender.send(callId, SAY, 'k');

      expect(taken).toHaveLength(1);
      expect([...first, later]).toEqual(first.concat(first[0] ?? []));
      expect(first[0]).toEqual({ ...DONE, commandId: taken[0] });
      expect(await sender.get(taken[0] ?? '')).toEqual({ commandId: taken[0], callId, answer: DONE });
      await close();
    });

    it('is another one for another author or another call, and none at all for other words', async () => {
      const { sender, close } = open(() => Promise.resolve({ state: 'refused', why: 'on-hold' }));
      const [callId, other] = [await liveCall(), await liveCall()];
      const ids = new Set<unknown>();
      for (const outcome of [
        await sender.send(callId, SAY, 'k'),
        await sender.send(other, SAY, 'k'),
        await sender.send(callId, { ...SAY, author: 'another' }, 'k'),
      ])
        ids.add('commandId' in outcome && outcome.commandId);
      expect(ids.size).toBe(3);
      expect(await sender.send(callId, { ...SAY, text: 'Two.' }, 'k')).toEqual({ state: 'mismatch' });
      await close();
    });

    it('is asked again in vain while its node says nothing, and is in the queue once', async () => {
      const sender = new Commands(redis, systemClock);
      const callId = await liveCall();
      const first = await sender.send(callId, SAY, 'k');
      expect(first).toMatchObject({ state: 'queued', place: 1 });
      expect(await sender.send(callId, SAY, 'k')).toEqual(first);
      await sender.close();
    });
  });
});
