import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { runNode } from '../processes/run-node.js';
import { ROOT } from '../build/build.js';

export interface Step {
  name: string;
  run: () => Promise<{ code: number | null; said: string }>;
}

/** A step that runs a package's program. */
export function program(name: string, script: string, args: readonly string[], env = process.env): Step {
  return { name, run: () => runNode(join(ROOT, 'node_modules', script), args, { cwd: ROOT, env }) };
}

/**
 * Runs all, as many at once as there are processors, and prints what a step says only when it fails. Returns the names of
 * those that did.
 */
export async function runAll(steps: readonly Step[], atOnce = availableParallelism()): Promise<string[]> {
  const waiting = [...steps];
  const failed: string[] = [];
  const runNext = async (): Promise<void> => {
    for (let step = waiting.shift(); step; step = waiting.shift()) if (!(await runStep(step))) failed.push(step.name);
  };
  await Promise.all(Array.from({ length: atOnce }, runNext));
  return failed;
}

async function runStep({ name, run }: Step): Promise<boolean> {
  const began = performance.now();
  const { code, said } = await run();
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (code !== 0) console.log(said.trimEnd());
  return code === 0;
}
