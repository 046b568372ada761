import { beforeEach, describe, expect, it } from '@jest/globals';
import { bytesToPcm } from '@app/audio';
import { FakeLine } from '@app/conversation/testing';
import type { NodeId } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { liveCall } from '../testing/some-calls.js';
import { uuid } from '../testing/fake-centre.js';
import { ListenIn } from './listen-in.js';
import { OverheardLine } from './overheard-line.js';

const CALL = uuid(1);

let clock: FakeClock;
let line: FakeLine;
let overheard: OverheardLine;
let told: { headers: unknown[]; pairs: number[]; over: number };
let wire: { send(name: string, message: Buffer | string): void; hear: ListenWire };
let sent: string[];
type ListenWire = (name: string, tell: (message: Buffer) => void) => Promise<() => void>;

beforeEach(() => {
  clock = new FakeClock();
  line = new FakeLine();
  overheard = new OverheardLine(line, clock);
  overheard.listen({ frame: () => undefined, digit: () => undefined, mark: () => undefined, closed: () => undefined });
  told = { headers: [], pairs: [], over: 0 };
  sent = [];
  const ears = new Map<string, (message: Buffer) => void>();
  wire = {
    send: (name, message) => {
      sent.push(name);
      ears.get(name)?.(Buffer.from(message));
    },
    hear: (name, tell) => {
      ears.set(name, tell);
      return Promise.resolve(() => void ears.delete(name));
    },
  };
});

/** A node; the first one has the call. */
function node(name: string, hasCall: boolean): ListenIn {
  const overhear = (_callId: string, to: Parameters<OverheardLine['overhear']>[0]) => {
    if (!hasCall) return undefined;
    const stop = overheard.overhear(to);
    return stop ? { rateHz: 8_000, stop } : ('too-many' as const);
  };
  const live = { get: () => Promise.resolve({ ...liveCall(1), nodeId: 'owner' as NodeId }) };
  return new ListenIn({ nodeId: name as NodeId, runner: { overhear }, live, wire, clock });
}

const listening = {
  header: (header: unknown) => void told.headers.push(header),
  sound: (pairs: Uint8Array) => void told.pairs.push(...bytesToPcm(Buffer.from(pairs))),
  over: () => void (told.over += 1),
};

/** So much of the call passes, both sides loud. */
async function pass(lengthMs: number): Promise<void> {
  for (let passedMs = 0; passedMs < lengthMs; passedMs += 20) {
    overheard.send(new Int16Array(160).fill(300));
    await clock.advance(20);
    line.say(700);
  }
}

const loudest = (side: 0 | 1) => Math.max(...told.pairs.filter((_, n) => n % 2 === side));

describe('listening to a call', () => {
  it('of this node brings both sides, each on its own channel, until it is over', async () => {
    const stop = await node('owner', true).to(CALL, listening);
    expect(stop).toEqual(expect.any(Function));
    expect(told.headers).toEqual([{ type: 'sound', callId: CALL, rateHz: 8_000, channels: 2, encoding: 'pcm16le', left: 'caller', right: 'agent' }]); // prettier-ignore
    await pass(1_000);
    expect([loudest(0), loudest(1)]).toEqual([700, 300]);
    expect(told.pairs.length).toBeGreaterThan(2 * 8 * 500);
    line.close();
    expect(told.over).toBe(1);
  });

  it('of another node does the same by way of the wire, for as long as it is asked for', async () => {
    await node('owner', true).serve();
    const stop = await node('asked', false).to(CALL, listening);
    expect(told.headers).toMatchObject([{ rateHz: 8_000 }]);
    await pass(9_000);
    expect([loudest(0), loudest(1)]).toEqual([700, 300]);
    expect(sent.filter((name) => name === 'listen:owner')).toHaveLength(3);
    if (typeof stop === 'function') stop();
    await pass(13_000);
    const { length } = sent;
    await pass(1_000);
    expect(sent).toHaveLength(length); // nobody asks any more, and nothing is told
  });

  it('is told that the call is over, also from another node', async () => {
    await node('owner', true).serve();
    await node('asked', false).to(CALL, listening);
    line.close();
    expect(told.over).toBe(1);
    expect(await node('owner', false).to(CALL, listening)).toBe('call.ended');
  });

  it('is for ten at once', async () => {
    const owner = node('owner', true);
    for (let n = 0; n < 10; n += 1) await owner.to(CALL, listening);
    expect(await owner.to(CALL, listening)).toBe('request.too-many');
  });
});
