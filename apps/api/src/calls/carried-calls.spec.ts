import { beforeEach, describe, expect, it } from '@jest/globals';
import { createLogger } from '@app/boot';
import type { NodeId } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import type { CommandTaker } from '@app/live-state';
import type { ArrivedCall } from './arrived-call.js';
import { CarriedCalls } from './carried-calls.js';

const NODE = 'node-1' as NodeId;
const CALL = {} as ArrivedCall;

let clock: FakeClock;
let did: string[];
let ends: (() => void)[];
let lent: Set<Promise<void>>;
let carried: CarriedCalls;

/** Calls that end when the spec says so, or when they are hung up. */
function carrying({ hangUpWorks = true } = {}): CarriedCalls {
  const note = (what: string) => void did.push(what);
  return new CarriedCalls({
    clock,
    log: createLogger({ name: 'api', level: 'silent' }),
    nodeId: NODE,
    runner: {
      size: 0,
      carry: () => new Promise((resolve) => ends.push(resolve)),
      take: () => Promise.resolve({ state: 'no-such-call' }),
      leave: () => undefined,
      endAll: () => {
        note('hang up all');
        if (hangUpWorks) for (const end of ends) end();
      },
    },
    books: { open: () => note('open books'), close: () => note('close books') },
    commands: {
      serve: (nodeId: NodeId, _take: CommandTaker) => {
        note(`obey as ${nodeId}`);
        return { stop: async () => note('obey no more') };
      },
    },
    nodes: {
      register: async () => {
        note('register');
        return { leave: async () => note('leave') };
      },
    },
    warmer: { warm: () => Promise.resolve() },
    legs: { lent },
    capacity: 100,
    drainMs: 20_000,
  });
}

beforeEach(() => {
  clock = new FakeClock();
  [did, ends, lent] = [[], [], new Set()];
  carried = carrying();
});

describe('a process that carries calls', () => {
  it('is known to the others and obeys, from its start to its stop', async () => {
    await carried.onApplicationBootstrap();
    expect(did).toEqual(['open books', 'register', 'obey as node-1']);
    did.length = 0;
    await carried.beforeApplicationShutdown();
    expect(did).toEqual(['hang up all', 'close books', 'obey no more', 'leave']);
    expect(clock.waiting).toBe(0);
  });

  it('lets calls end by themselves before it stops, and is obeying all the while', async () => {
    await carried.onApplicationBootstrap();
    void carried.carry(CALL);
    const stopped = carried.beforeApplicationShutdown();
    await clock.advance(19_999);
    expect(did).not.toContain('hang up all');
    ends[0]?.();
    await stopped;
    expect(did.slice(-3)).toEqual(['close books', 'obey no more', 'leave']);
  });

  it('waits also for lines of its own that calls of other nodes have', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    lent.add(promise);
    const stopped = carried.beforeApplicationShutdown();
    await clock.advance(19_999);
    expect(did).toEqual([]);
    resolve();
    await stopped;
    expect(did).toEqual(['hang up all', 'close books']);
  });

  it('hangs up what is left when its time is over, and waits until that is written down', async () => {
    void carried.carry(CALL);
    const stopped = carried.beforeApplicationShutdown();
    await clock.advance(20_000);
    await stopped;
    expect(did).toEqual(['hang up all', 'close books']);
  });

  it('waits no more than five seconds for what cannot be written down', async () => {
    carried = carrying({ hangUpWorks: false });
    void carried.carry(CALL);
    const stopped = carried.beforeApplicationShutdown();
    await clock.advance(24_999);
    expect(did).toEqual(['hang up all']);
    await clock.advance(1);
    await stopped;
    expect(did).toEqual(['hang up all', 'close books']);
  });
});
