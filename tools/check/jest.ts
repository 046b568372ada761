import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../build/build.js';

export interface Counts {
  passed: number;
  failed: number;
}

const JEST = join(ROOT, 'node_modules/jest/bin/jest.js');
/** Suites are native ES modules, which Jest can load only with this flag; the warning about it would head every run. */
export const JEST_ARGS = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', JEST];
/** How long Jest may live on after its last result. */
const LINGER_MS = 20_000;

/**
 * Runs Jest with its own output on the terminal. A suite that could not run at all counts as one failed test, and so does a
 * run that does not end because a suite left something open.
 */
export async function runJest(name: string, args: readonly string[]): Promise<Counts> {
  const results = join(ROOT, '.local/tests', `${name}.json`);
  mkdirSync(join(ROOT, '.local/tests'), { recursive: true, mode: 0o711 });
  rmSync(results, { force: true });
  const all = [...JEST_ARGS, '--json', `--outputFile=${results}`, ...args];
  const child = spawn(process.execPath, all, { cwd: ROOT, stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  void endLingering(child, results);
  return countsOf(results, await ended);
}

async function endLingering(child: ChildProcess, results: string): Promise<void> {
  const runs = () => child.exitCode === null && child.signalCode === null;
  while (runs() && !existsSync(results)) await wait(500);
  for (let lingeredMs = 0; runs() && lingeredMs < LINGER_MS; lingeredMs += 500) await wait(500);
  if (!runs()) return;
  console.error(
    `Jest did not end within ${LINGER_MS / 1000} s of its results: a suite left something open. It is ended now.`,
  );
  child.kill('SIGKILL');
}

function countsOf(results: string, code: number | null): Counts {
  try {
    const read = JSON.parse(readFileSync(results, 'utf8')) as Record<string, number>;
    const failed = (read['numFailedTests'] ?? 0) + (read['numRuntimeErrorTestSuites'] ?? 0);
    // Jest also fails when coverage is under its threshold: no test, but no success either.
    return { passed: read['numPassedTests'] ?? 0, failed: code === 0 ? failed : Math.max(1, failed) };
  } catch {
    return { passed: 0, failed: 1 }; // it ended before it could write
  }
}
