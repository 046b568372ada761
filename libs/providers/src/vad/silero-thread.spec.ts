import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it, jest } from '@jest/globals';

jest.setTimeout(30_000); // real threads and processes, beside whatever else the machine does

/** Runs in a process of its own: gives the thread some tens of milliseconds of work, and does `then` meanwhile. */
const program = (then: string) => `
  import { setTimeout as wait } from 'node:timers/promises';
  import { SileroThread } from ${JSON.stringify(new URL('./silero-thread.ts', import.meta.url).href)};
  import { blockBytes, viewsOf } from ${JSON.stringify(new URL('./silero-batch.ts', import.meta.url).href)};
  const clock = { after: (ms, task) => { const timer = setTimeout(task, ms); return () => clearTimeout(timer); },
                  sleep: (ms, signal) => wait(ms, undefined, { signal }) };
  const onJudged = () => console.log('judged');
  const onDied = (cause) => console.log('died', cause.message);
  const thread = await SileroThread.start({ clock, onJudged, onDied });
  const buffer = new SharedArrayBuffer(blockBytes(1_024));
  viewsOf(buffer, 1_024).slots.set(Array.from({ length: 1_024 }, (_, n) => n));
  thread.post({ buffer, capacity: 1_024, count: 1_024 });
  await wait(5);
  ${then}`;

async function run(then: string): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, ['--no-warnings', '--input-type=module', '-e', program(then)]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (said += data.toString()));
  const [code] = (await once(child, 'close')) as [unknown];
  return { code, said };
}

describe('SileroThread', () => {
  it('lets the process exit as it wishes while the model computes', async () => {
    expect(await run('process.exit(3);')).toEqual({ code: 3, said: '' });
  });

  it('does not keep the process alive, nor abort it', async () => {
    expect(await run('')).toEqual({ code: 0, said: '' });
  });

  it('does not hold up the end of a process when it is idle', async () => {
    const waited = `while (Atomics.load(new Int32Array(buffer, 4 * 1_024, 1_024), 1_023) === 0) await wait(5);
      await wait(20);
      const exitedMs = performance.now();
      process.on('exit', () => console.log(performance.now() - exitedMs < 1_000 ? 'at once' : 'late'));
      process.exit(3);`;
    expect(await run(waited)).toEqual({ code: 3, said: 'judged\nat once\n' });
  });

  it('does not hide why the process dies', async () => {
    const { code, said } = await run(`throw new Error('a bug');`);
    expect(code).toBe(1);
    expect(said).toMatch(/Error: a bug/);
  });

  it('closes after what it computes, and tells nothing of it', async () => {
    const closes = `setTimeout(() => console.log('late'), 1_900).unref(); await thread.close(); console.log('closed');`;
    expect(await run(closes)).toEqual({ code: 0, said: 'closed\n' });
  });

  it('is dead at once when given up, and ends by itself', async () => {
    const { code, said } = await run(`thread.giveUp('too slow'); thread.giveUp('again');`);
    expect({ code, said }).toEqual({ code: 0, said: 'died too slow\n' });
  });
});
