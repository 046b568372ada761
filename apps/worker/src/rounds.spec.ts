import { describe, expect, it } from '@jest/globals';
import { StoreError } from '@app/conversation/ports';
import { FakeClock } from '@app/kernel/testing';
import { Rounds } from './rounds.js';

function open(look: () => Promise<void>) {
  const [clock, told]: [FakeClock, unknown[]] = [new FakeClock(), []];
  const log = { warn: (...line: unknown[]) => void told.push(line[1]) };
  return { clock, told, rounds: new Rounds({ everyMs: 1_000, look, clock, log, failed: 'could not look' }) };
}

describe('rounds', () => {
  it('are made one after another, the first at once only where that is asked for', async () => {
    let looks = 0;
    const look = async () => void (looks += 1);
    const [later, now] = [open(look), open(look)];
    later.rounds.begin();
    await later.clock.advance(999);
    expect(looks).toBe(0);
    await later.clock.advance(2_001);
    expect(looks).toBe(3);
    now.rounds.beginNow();
    await now.clock.advance(0);
    expect(looks).toBe(4);
    await Promise.all([later.rounds.close(), now.rounds.close()]);
    expect([later.clock.waiting, now.clock.waiting]).toEqual([0, 0]);
  });

  it('go on after one that failed, which is told', async () => {
    const { clock, told, rounds } = open(() => Promise.reject(new StoreError('redis', 'unavailable')));
    rounds.begin();
    await clock.advance(2_000);
    expect(told).toEqual(['could not look', 'could not look']);
    await rounds.close();
  });

  it('wait for a look that is under way before they end, and for the one before it', async () => {
    let [running, most] = [0, 0];
    let finish: () => void = () => undefined;
    const look = async () => {
      most = Math.max(most, (running += 1));
      await new Promise<void>((resolve) => (finish = resolve));
      running -= 1;
    };
    const { clock, rounds } = open(look);
    rounds.begin();
    await clock.advance(2_500);
    const closed = rounds.close();
    expect([running, most]).toEqual([1, 1]);
    finish();
    await clock.advance(0);
    finish();
    await closed;
    expect([running, most]).toEqual([0, 1]);
  });
});
