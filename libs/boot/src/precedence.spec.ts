import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it, jest } from '@jest/globals';
import { goBeforeOthers, goFirst, letOthersGoFirst, type Scheduler } from './precedence.js';

const scheduler = (setNice: Scheduler['setNice']) => ({ setNice: jest.fn(setNice), setSessionNice: jest.fn() });
const refuses = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

describe('the precedence of a process', () => {
  it.each([
    ['before all others', goFirst, -15],
    ['before others, but not before those', goBeforeOthers, -11],
    ['behind others for work that can wait', letOthersGoFirst, 5],
  ] as const)('is %s, for its threads and for its session', (_, go, nice) => {
    const asked = scheduler(() => undefined);
    expect(go(asked)).toBe(true);
    expect(asked.setNice).toHaveBeenCalledWith(nice);
    expect(asked.setSessionNice).toHaveBeenCalledWith(nice);
  });

  it.each(['EACCES', 'EPERM', 'EROFS', 'EAGAIN', 'ESRCH', 'ENOENT'])(
    'stays as it is where the system says %s',
    (code) => {
      const asked = scheduler(refuses(code));
      expect(goBeforeOthers(asked)).toBe(false);
      expect(asked.setSessionNice).not.toHaveBeenCalled();
    },
  );

  it('stays as it is where there are no sessions', () => {
    expect(goBeforeOthers({ setNice: () => undefined, setSessionNice: undefined })).toBe(true);
  });

  it('is not guessed at when something else is wrong', () => {
    expect(() => goBeforeOthers(scheduler(refuses('EINVAL')))).toThrow('EINVAL');
  });

  it('stays as it is where the user may not change it', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', MAY_NOT]);
    expect(stdout.trim()).toBe('false');
  });

  it('is of the threads that run the program, not of those that collect its garbage', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', GOES_AHEAD]);
    const { usual, went, program, collectors } = JSON.parse(stdout) as Record<string, unknown>;
    expect([program, collectors]).toEqual([went ? -11 : usual, []]); // it takes root
  });
});

/** A process whose user the system lets go no further ahead. */
const MAY_NOT = `
  const { goFirst } = await import('${new URL('./precedence.ts', import.meta.url).href}');
  if (process.getuid?.() === 0) process.setuid(65_534);
  console.log(goFirst());
`;

/** A process that goes before others, and tells how it stands, and which of its collector's threads stand elsewhere than before. */
const GOES_AHEAD = `
  import { existsSync, readdirSync, readFileSync } from 'node:fs';
  import { getPriority } from 'node:os';
  const { goBeforeOthers } = await import('${new URL('./precedence.ts', import.meta.url).href}');
  const usual = getPriority();
  const went = goBeforeOthers();
  const threads = existsSync('/proc/self/task') ? readdirSync('/proc/self/task') : [];
  const isCollector = (thread) => readFileSync('/proc/self/task/' + thread + '/comm', 'utf8').trim() === 'V8Worker';
  const collectors = threads.filter((thread) => isCollector(thread) && getPriority(Number(thread)) !== usual);
  console.log(JSON.stringify({ usual, went, program: getPriority(), collectors }));
`;
