// Runs a program of dist/ as it is in the sources now: `… tools/build/run-built.ts apps/lab/src/main.js call --json`. What
// stands before the program and begins with a dash is for Node.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { CannotStart } from '../processes/cannot-start.js';
import { build, ROOT } from './build.js';

const given = process.argv.slice(2);
const at = given.findIndex((word) => !word.startsWith('-'));
const [program = '', ...args] = given.slice(at);
try {
  await build();
  const child = spawn(
    process.execPath,
    [...given.slice(0, at), '--enable-source-maps', join(ROOT, 'dist', program), ...args],
    {
      stdio: 'inherit',
    },
  );
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code) => (process.exitCode = code ?? 1));
} catch (error) {
  if (!(error instanceof CannotStart)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
