import { describe, expect, it } from '@jest/globals';
import { OperationalError } from '@app/kernel';
import { FakeClock } from '@app/kernel/testing';
import { createLogger } from './logger.js';
import { onceThere } from './once-there.js';

class Down extends OperationalError {
  readonly code = 'store.unavailable';
  constructor(readonly retryable: boolean) {
    super('redis: unavailable: ECONNREFUSED');
  }
}

function opening(fails: number, error: Error) {
  const clock = new FakeClock();
  const said: string[] = [];
  const log = createLogger({ name: 'api', level: 'info', destination: { write: (line) => void said.push(line) } });
  let tries = 0;
  const open = () => ((tries += 1) > fails ? Promise.resolve('open') : Promise.reject(error));
  const outcome = onceThere(open, { clock, log, withinMs: 2_000 }).catch((thrown: unknown) => thrown);
  return { clock, outcome, said, tries: () => tries };
}

describe('a store that is not there at the start', () => {
  it('is waited for, and the log says so', async () => {
    const { clock, outcome, said } = opening(2, new Down(true));
    await clock.advance(1_000);
    expect(await outcome).toBe('open');
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/ECONNREFUSED.*not there yet/s);
  });

  it('is given up after a while, with what it last said', async () => {
    const { clock, outcome, tries } = opening(100, new Down(true));
    await clock.advance(5_000);
    expect(await outcome).toBeInstanceOf(Down);
    expect(tries()).toBe(5);
  });

  it.each([new Down(false), new TypeError('a bug')])(
    'is not waited for when that would not help: %s',
    async (error) => {
      const { outcome, tries } = opening(100, error);
      expect(await outcome).toBe(error);
      expect(tries()).toBe(1);
    },
  );
});
