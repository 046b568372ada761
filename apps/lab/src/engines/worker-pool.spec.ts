import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkerPool } from './worker-pool.js';

const PROGRAM = `
import { parentPort, threadId } from 'node:worker_threads';
parentPort.on('message', ({ id, word }) => {
  if (word === 'die') process.exit(3);
  if (word === 'throw') throw new Error('a bug');
  parentPort.postMessage({ id, word, threadId });
});`;

interface Answer {
  id: number;
  word: string;
  threadId: number;
}

describe('a pool of threads', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'pool-'));
    await writeFile(join(folder, 'echo.mjs'), PROGRAM);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const openPool = (threads: number) =>
    new WorkerPool<{ word: string }, Answer>({ program: join(folder, 'echo.mjs'), workerData: null, threads });

  it('answers each job with its own answer, on as few threads as it may have', async () => {
    const pool = openPool(2);
    const words = Array.from({ length: 20 }, (_, n) => `word ${n}`);
    const answers = await Promise.all(words.map((word) => pool.run({ word })));
    expect(answers.map(({ word }) => word)).toEqual(words);
    expect(new Set(answers.map(({ threadId }) => threadId)).size).toBeLessThanOrEqual(2);
    await pool.close();
  });

  it.each(['die', 'throw'])('goes on after a thread that was lost over a job (%s)', async (word) => {
    const pool = openPool(1);
    const [lost, next] = [pool.run({ word }), pool.run({ word: 'next' })];
    await expect(lost).rejects.toThrow(word === 'throw' ? 'a bug' : 'the thread ended');
    expect(await next).toMatchObject({ word: 'next' });
    await pool.close();
  });

  it('rejects what waits when it is closed, and what comes after', async () => {
    const pool = openPool(1);
    const [running, waiting] = [pool.run({ word: 'a' }), pool.run({ word: 'b' })];
    const settled = Promise.allSettled([running, waiting]);
    await pool.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    await expect(pool.run({ word: 'c' })).rejects.toThrow('closed');
  });
});
