import { describe, expect, it } from '@jest/globals';
import { describeRequestGate } from '@app/conversation/testing';
import { systemClock } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { LocalRequestGate } from './local-request-gate.js';

const INTERVAL_MS = 20;

describeRequestGate(() => ({ gate: new LocalRequestGate(systemClock, () => INTERVAL_MS), intervalMs: INTERVAL_MS }));

describe('a gate of one process', () => {
  it('lets two a second through, no matter how many wait, and leaves no timer behind', async () => {
    const clock = new FakeClock();
    const gate = new LocalRequestGate(clock, () => 500);
    let passed = 0;
    for (let i = 0; i < 6; i += 1) void gate.pass({ account: 'a' }).then(() => (passed += 1));

    await clock.advance(0);
    expect(passed).toBe(1);
    await clock.advance(999);
    expect(passed).toBe(2);
    await clock.advance(1);
    expect(passed).toBe(3);
    await clock.advance(1_500);
    expect(passed).toBe(6);
    await clock.advance(500);
    expect(clock.waiting).toBe(0);
  });

  it('lets the next through at once after a quiet time, but only one', async () => {
    const clock = new FakeClock();
    const gate = new LocalRequestGate(clock, () => 500);
    await gate.pass({ account: 'a' });
    await clock.advance(10_000);
    let passed = 0;
    for (let i = 0; i < 2; i += 1) void gate.pass({ account: 'a' }).then(() => (passed += 1));

    await clock.advance(0);
    expect(passed).toBe(1);
  });

  it('gives the turn of who gave up to the next', async () => {
    const clock = new FakeClock();
    const gate = new LocalRequestGate(clock, () => 500);
    const patience = new AbortController();
    await gate.pass({ account: 'a' });
    const impatient = gate.pass({ account: 'a', signal: patience.signal }).catch(() => 'gave up');
    let passed = false;
    void gate.pass({ account: 'a' }).then(() => (passed = true));
    patience.abort();
    await clock.advance(500);

    expect(await impatient).toBe('gave up');
    expect(passed).toBe(true);
  });
});
