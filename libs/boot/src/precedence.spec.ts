import { describe, expect, it, jest } from '@jest/globals';
import { goBeforeOthers, letOthersGoFirst, type Scheduler } from './precedence.js';

const scheduler = (setNice: Scheduler['setNice']) => ({ setNice: jest.fn(setNice), setSessionNice: jest.fn() });
const refuses = (code: string) => () => {
  throw Object.assign(new Error(code), { code });
};

describe('the precedence of a process', () => {
  it('is before others for its thread and for its session', () => {
    const asked = scheduler(() => undefined);
    expect(goBeforeOthers(asked)).toBe(true);
    expect(asked.setNice).toHaveBeenCalledWith(-11);
    expect(asked.setSessionNice).toHaveBeenCalledWith(-11);
  });

  it('is behind others for work that can wait', () => {
    const asked = scheduler(() => undefined);
    expect(letOthersGoFirst(asked)).toBe(true);
    expect(asked.setNice).toHaveBeenCalledWith(5);
    expect(asked.setSessionNice).toHaveBeenCalledWith(5);
  });

  it.each(['EACCES', 'EPERM', 'EROFS', 'EAGAIN'])('stays as it is where the system says %s', (code) => {
    const asked = scheduler(refuses(code));
    expect(goBeforeOthers(asked)).toBe(false);
    expect(asked.setSessionNice).not.toHaveBeenCalled();
  });

  it('stays as it is where there are no sessions', () => {
    expect(goBeforeOthers({ setNice: () => undefined, setSessionNice: undefined })).toBe(true);
  });

  it('is not guessed at when something else is wrong', () => {
    expect(() => goBeforeOthers(scheduler(refuses('EINVAL')))).toThrow('EINVAL');
  });
});
