import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { getPriority } from 'node:os';
import { afterEach, describe, expect, it } from '@jest/globals';
import { goBeforeOthers } from './go-before-others.js';

const waiting = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { detached: true, stdio: 'pipe' });
const over = new Promise((resolve) => waiting.once('exit', resolve));
afterEach(() => {
  waiting.stdin.end();
  return over;
});

describe('a process that calls wait for', () => {
  it('goes before others with its session, where the system allows it, and is left as it is when it has ended', async () => {
    const pid = waiting.pid ?? 0;
    const usual = getPriority(pid);
    const went = goBeforeOthers(pid); // it takes root
    const session = existsSync(`/proc/${pid}/autogroup`) ? readFileSync(`/proc/${pid}/autogroup`, 'utf8') : 'nice -11';

    expect(getPriority(pid)).toBe(went ? -11 : usual);
    expect(session).toContain(went ? 'nice -11' : 'nice');
    waiting.stdin.end();
    await over;
    expect(goBeforeOthers(pid)).toBe(false);
  });
});
