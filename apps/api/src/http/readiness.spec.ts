import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { Readiness } from './readiness.js';

describe('readiness', () => {
  it('counts a store as down when it has not answered within a second', async () => {
    const clock = new FakeClock();
    const silent = { name: 'redis', ask: () => new Promise(() => undefined) };
    const asked = new Readiness([{ name: 'postgres', ask: () => Promise.resolve() }, silent], clock).ask();
    await clock.advance(1_000);
    expect(await asked).toEqual({ ready: false, checks: { postgres: 'up', redis: 'down', node: 'up' } });
    expect(clock.waiting).toBe(0);
  });
});
