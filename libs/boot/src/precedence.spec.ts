import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { describe, expect, it, jest } from '@jest/globals';
import { goBeforeOthers, goFirst, letOthersGoFirst, putBeforeOthers, type Scheduler } from './precedence.js';

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

  it('is of the threads that run the program, not of those that collect its garbage', async () => {
    const child = spawn(process.execPath, ['-e', 'console.log(1); setInterval(() => {}, 1_000)'], { detached: true });
    try {
      await once(child.stdout, 'data');
      const { pid = 0 } = child;
      const usual = getPriority(pid);
      const itsOwn = putBeforeOthers(pid) ? -11 : usual; // it takes root
      expect(getPriority(pid)).toBe(itsOwn);
      expect(collectors(pid).filter((thread) => getPriority(thread) !== usual)).toEqual([]);
    } finally {
      child.kill();
    }
  });
});

/** None where threads are not listed. */
function collectors(pid: number): number[] {
  const threads = `/proc/${pid}/task`;
  if (!existsSync(threads)) return [];
  const isOne = (thread: string) => readFileSync(`${threads}/${thread}/comm`, 'utf8').trim() === 'V8Worker';
  return readdirSync(threads).filter(isOne).map(Number);
}
