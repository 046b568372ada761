import { describe, expect, it } from '@jest/globals';
import { FakeClock } from '@app/kernel/testing';
import { createLogger } from './logger.js';
import { ConfigError } from './read-env.js';
import { CannotStart, type Closer, type HostProcess, startStop } from './start-stop.js';

class FakeProcess implements HostProcess {
  readonly #listeners = new Map<string, (cause: unknown) => void>();
  readonly exits: number[] = [];

  on = (event: string, listener: (cause: unknown) => void) => this.#listeners.set(event, listener);
  exit = (code: number) => void this.exits.push(code);
  tell = (event: string, cause?: unknown) => this.#listeners.get(event)?.(cause);
}

async function started(start: () => Promise<readonly Closer[]>) {
  const [clock, host] = [new FakeClock(), new FakeProcess()];
  let lines = '';
  const log = createLogger({
    name: 'api',
    level: 'info',
    destination: { write: (line) => void (lines += line) },
  });
  await startStop({ log, clock, host, start });
  return { clock, host, lines: () => lines };
}

/** Closers that note their turn; one may fail, one may never end. */
function closers(closed: string[], odd: { fails?: string; hangs?: string } = {}): Closer[] {
  return ['http', 'calls', 'stores'].map((name) => ({
    name,
    withinMs: 1_000,
    close: () => {
      closed.push(name);
      if (odd.fails === name) throw new Error('broke');
      return odd.hangs === name ? new Promise<void>(() => undefined) : undefined;
    },
  }));
}

describe('stopping a process', () => {
  it('closes everything in order on a signal and exits with 0', async () => {
    const closed: string[] = [];
    const { clock, host } = await started(async () => closers(closed));
    host.tell('SIGTERM');
    await clock.advance(0);
    expect(closed).toEqual(['http', 'calls', 'stores']);
    expect(host.exits).toEqual([0]);
    expect(clock.waiting).toBe(0);
  });

  it('closes the rest when one fails, and exits with 1', async () => {
    const closed: string[] = [];
    const { clock, host, lines } = await started(async () => closers(closed, { fails: 'http' }));
    host.tell('SIGINT');
    await clock.advance(0);
    expect(closed).toEqual(['http', 'calls', 'stores']);
    expect(host.exits).toEqual([1]);
    expect(lines()).toContain('"closer":"http"');
  });

  it('waits for one that hangs no longer than its bound', async () => {
    const closed: string[] = [];
    const { clock, host } = await started(async () => closers(closed, { hangs: 'calls' }));
    host.tell('SIGTERM');
    await clock.advance(999);
    expect(closed).toEqual(['http', 'calls']);
    await clock.advance(1);
    expect(closed).toEqual(['http', 'calls', 'stores']);
    expect(host.exits).toEqual([1]);
  });

  it('exits at once on a second signal', async () => {
    const { clock, host } = await started(async () => closers([], { hangs: 'http' }));
    host.tell('SIGTERM');
    await clock.advance(10);
    host.tell('SIGTERM');
    expect(host.exits).toEqual([1]);
  });

  it('stops in order with exit code 1 when something was thrown that nobody caught', async () => {
    const closed: string[] = [];
    const { clock, host, lines } = await started(async () => closers(closed));
    host.tell('unhandledRejection', new TypeError('broke'));
    await clock.advance(0);
    expect(closed).toHaveLength(3);
    expect(host.exits).toEqual([1]);
    expect(lines()).toContain('TypeError');
  });
});

describe('a start that fails', () => {
  it('tells each wrong variable in a line without a stack, and exits with 1', async () => {
    const { host, lines } = await started(() => Promise.reject(new ConfigError(['PORT: is not set', 'X: is wrong'])));
    expect(host.exits).toEqual([1]);
    expect(lines()).toMatch(/PORT: is not set[^]*X: is wrong/);
    expect(lines()).not.toContain('stack');
  });

  it('tells an expected reason in one line', async () => {
    const { host, lines } = await started(() => Promise.reject(new CannotStart('port 3000 is taken')));
    expect(host.exits).toEqual([1]);
    expect(lines().trim().split('\n')).toHaveLength(1);
    expect(lines()).toContain('port 3000 is taken');
  });
});
