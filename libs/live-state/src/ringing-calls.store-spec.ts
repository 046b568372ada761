import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { freshRedis } from '../../../test/stores.js';
import { type LiveRedis, openRedis } from './redis.js';
import { type RingingCall, RingingCalls } from './ringing-calls.js';

let redis: LiveRedis;

beforeAll(async () => {
  redis = await openRedis({ url: (await freshRedis()).url }, systemClock);
});
afterAll(() => redis.close());

function open() {
  const [clock, number] = [new FakeClock(), `+33${randomUUID()}`];
  const calls = new RingingCalls(redis, clock);
  const call = (changes: Partial<RingingCall> = {}): RingingCall => ({
    carrier: 'ringover',
    carrierCallId: randomUUID(),
    number,
    from: '+33600000001',
    to: number,
    atMs: clock.date().getTime(),
    ...changes,
  });
  const claimOnly = () => calls.claimOnly({ carrier: 'ringover', number, withinMs: 10_000 });
  return { clock, calls, call, claimOnly };
}

describe('a call that rings', () => {
  it('is given to the stream that names it, once', async () => {
    const { calls, call } = open();
    const ringing = call();
    await calls.offer(ringing);

    expect(await calls.claimByCallId('ringover', ringing.carrierCallId)).toEqual(ringing);
    expect(await calls.claimByCallId('ringover', ringing.carrierCallId)).toBeUndefined();
  });

  it('is given to a stream without a name when it is the only one, once', async () => {
    const { calls, call, claimOnly } = open();
    const ringing = call();
    await calls.offer(ringing);

    expect(await claimOnly()).toEqual(ringing);
    expect(await claimOnly()).toBeUndefined();
  });

  it('is given to one of many streams without a name that come at once', async () => {
    const { calls, call, claimOnly } = open();
    await calls.offer(call());

    const claims = await Promise.all(Array.from({ length: 10 }, claimOnly));

    expect(claims.filter((claim) => claim !== undefined)).toHaveLength(1);
  });

  it('is given to no stream without a name when another rings beside it', async () => {
    const { calls, call, claimOnly } = open();
    const [first, second] = [call(), call()];
    await calls.offer(first);
    await calls.offer(second);
    expect(await claimOnly()).toBeUndefined();

    await calls.claimByCallId('ringover', first.carrierCallId);
    expect(await claimOnly()).toEqual(second);
  });

  it('is given to no stream without a name that comes too late', async () => {
    const { clock, calls, call, claimOnly } = open();
    const ringing = call();
    await calls.offer(ringing);
    await clock.advance(10_001);

    expect(await claimOnly()).toBeUndefined();
    expect(await calls.claimByCallId('ringover', ringing.carrierCallId)).toEqual(ringing);
  });

  it('is the only one again when the one before it is too old', async () => {
    const { clock, calls, call, claimOnly } = open();
    await calls.offer(call());
    await clock.advance(10_001);
    const second = call();
    await calls.offer(second);

    expect(await claimOnly()).toEqual(second);
  });

  it('is one call, however often it is announced', async () => {
    const { calls, call, claimOnly } = open();
    const ringing = call();
    await calls.offer(ringing);
    await calls.offer({ ...ringing, from: null });

    expect(await claimOnly()).toEqual(ringing);
    await calls.offer(ringing);
    expect(await claimOnly()).toBeUndefined();
  });

  it('is not offered when its stream was there before its announcement', async () => {
    const { calls, call, claimOnly } = open();
    const ringing = call();
    expect(await calls.claimByCallId('ringover', ringing.carrierCallId)).toBeUndefined();
    await calls.offer(ringing);

    expect(await claimOnly()).toBeUndefined();
  });

  it('is not offered once it was hung up', async () => {
    const { calls, call, claimOnly } = open();
    const ringing = call();
    await calls.offer(ringing);
    await calls.withdraw('ringover', ringing.carrierCallId);
    await calls.offer(ringing);

    expect(await claimOnly()).toBeUndefined();
    expect(await calls.claimByCallId('ringover', ringing.carrierCallId)).toBeUndefined();
  });

  it('is not mistaken for one at another number, or of another carrier', async () => {
    const { calls, call, claimOnly } = open();
    await calls.offer(call({ number: `+44${randomUUID()}` }));
    await calls.offer(call({ carrier: 'twilio' }));

    expect(await claimOnly()).toBeUndefined();
  });
});
