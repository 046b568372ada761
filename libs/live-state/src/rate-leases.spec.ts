import { describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import { RateLeases } from './rate-leases.js';
import type { RateLimit, RateLimits } from './rate-limits.js';

const WINDOW_MS = 60_000;

/** Counts as Redis does, by the same clock, and notes how many were wanted each time. */
function fakeRates(clock: FakeClock) {
  const counted = new Map<string, { used: number; endsMs: number }>();
  const wanted: number[] = [];
  let isGone = false;
  const lease: RateLimits['lease'] = (name, { limit, windowMs }: RateLimit, count) => {
    if (isGone) return Promise.reject(new StoreError('redis', 'unavailable'));
    wanted.push(count);
    let window = counted.get(name);
    if (!window || window.endsMs <= clock.nowMs()) window = { used: 0, endsMs: clock.nowMs() + windowMs };
    const granted = Math.min(count, Math.max(0, limit - window.used));
    window.used += count;
    counted.set(name, window);
    const { used, endsMs } = window;
    return Promise.resolve({ granted, remaining: Math.max(0, limit - used), resetMs: endsMs - clock.nowMs() });
  };
  return { lease, wanted, gone: (now: boolean) => (isGone = now) };
}

function open(limit: number) {
  const clock = new FakeClock();
  const rates = fakeRates(clock);
  const leases = () => new RateLeases(rates, { limit, windowMs: WINDOW_MS }, clock);
  return { clock, rates, leases };
}

async function allowedOf(leases: RateLeases, times: number): Promise<number> {
  let allowed = 0;
  for (let n = 0; n < times; n += 1) if ((await leases.take('a')).allowed) allowed += 1;
  return allowed;
}

describe('a limit whose requests are taken in portions', () => {
  it('asks Redis seldom for who asks often, and for little at first', async () => {
    const { rates, leases } = open(6_000);
    expect(await allowedOf(leases(), 500)).toBe(500);
    expect(rates.wanted.slice(0, 3)).toEqual([1, 2, 4]);
    expect(rates.wanted.length).toBeLessThan(25);
    expect(Math.max(...rates.wanted)).toBeLessThanOrEqual(60);
  });

  it('is told after each request as exactly as a count would be, where one process asks', async () => {
    const { leases } = open(1_000);
    const one = leases();
    const told: number[] = [];
    for (let n = 0; n < 300; n += 1) told.push((await one.take('a')).remaining);
    expect(told).toEqual(Array.from({ length: 300 }, (_, n) => 999 - n));
  });

  it('is never exceeded, and used up to the last by one process', async () => {
    const { leases } = open(300);
    const one = leases();
    expect(await allowedOf(one, 400)).toBe(300);
    expect(await one.take('a')).toEqual({ allowed: false, remaining: 0, resetMs: WINDOW_MS });
  });

  it('is never exceeded by several processes, and nearly used up by them', async () => {
    const { leases } = open(1_000);
    const all = [leases(), leases(), leases()];
    let allowed = 0;
    for (let n = 0; n < 500; n += 1) for (const each of all) allowed += await allowedOf(each, 1);
    expect(allowed).toBeLessThanOrEqual(1_000);
    expect(allowed).toBeGreaterThan(1_000 - 3 * 10);
  });

  it('lets as many through as ask at once, in two questions', async () => {
    const { rates, leases } = open(1_000);
    const one = leases();
    const verdicts = await Promise.all(Array.from({ length: 64 }, () => one.take('a')));
    expect(verdicts.every(({ allowed }) => allowed)).toBe(true);
    expect(rates.wanted.length).toBeLessThanOrEqual(3);
  });

  it('begins anew after its window, with nothing of the one before', async () => {
    const { clock, leases } = open(6_000);
    const one = leases();
    await allowedOf(one, 200);
    await clock.advance(WINDOW_MS);
    expect(await one.take('a')).toEqual({ allowed: true, remaining: 5_999, resetMs: WINDOW_MS });
    expect(await allowedOf(one, 6_100)).toBe(5_999);
  });

  it('is looked up for who asks seldom, so that they hear of what others used', async () => {
    const { clock, leases } = open(1_000);
    const [one, other] = [leases(), leases()];
    await one.take('a');
    await allowedOf(other, 500);
    await clock.advance(5_000);
    expect((await one.take('a')).remaining).toBeLessThan(500);
  });

  it('is counted for each by itself', async () => {
    const { leases } = open(1);
    const one = leases();
    expect([(await one.take('a')).allowed, (await one.take('a')).allowed, (await one.take('b')).allowed]).toEqual([
      true,
      false,
      true,
    ]);
  });

  it('is gone by as far as it was taken while Redis is gone, and then says so', async () => {
    const { clock, rates, leases } = open(6_000);
    const one = leases();
    await allowedOf(one, 100);
    rates.gone(true);
    expect(await one.take('a')).toMatchObject({ allowed: true });
    await clock.advance(5_000);
    await expect(one.take('a')).rejects.toMatchObject({ code: 'store.unavailable' });
    rates.gone(false);
    expect(await one.take('a')).toMatchObject({ allowed: true });
  });
});
