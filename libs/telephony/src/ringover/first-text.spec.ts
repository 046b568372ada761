import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { openSocketPair, type SocketPair } from '../testing/socket-pair.js';
import { firstText } from './first-text.js';

let pair: SocketPair;
let clock: FakeClock;
beforeEach(async () => {
  pair = await openSocketPair();
  clock = new FakeClock();
});
afterEach(() => pair.close());

describe('the introduction of a stream', () => {
  it('is its first text', async () => {
    const text = firstText(pair.ours, clock, 500);
    pair.carrier.send('{"call_id":"7"}');
    pair.carrier.send('another');
    expect(await text).toBe('{"call_id":"7"}');
  });

  it.each<[string, (pair: SocketPair) => void]>([
    ['sound comes first', ({ carrier }) => carrier.send(Buffer.from('{"call_id":"7"}'))],
    ['the stream ends', ({ carrier }) => carrier.close()],
    ['the stream breaks', ({ carrier }) => carrier.terminate()],
  ])('is missing when %s', async (_what, act) => {
    const text = firstText(pair.ours, clock, 500);
    act(pair);
    expect(await text).toBeUndefined();
  });

  it('is missing when nothing comes in time, and nothing is left behind', async () => {
    const listeners = () => [pair.ours.listenerCount('message'), pair.ours.listenerCount('close')];
    const before = listeners();
    const text = firstText(pair.ours, clock, 500);
    await clock.advance(500);
    expect(await text).toBeUndefined();
    expect([clock.waiting, ...listeners()]).toEqual([0, ...before]);
  });
});
