import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';

/**
 * Runs a script with this Node to its end, or to ours if that is sooner; `said` is all that it printed. What it starts by
 * `env node` is this Node, too.
 */
export function runNode(
  script: string,
  args: readonly string[],
  { cwd, env = process.env }: { cwd: string; env?: NodeJS.ProcessEnv },
): Promise<{ code: number | null; said: string }> {
  const PATH = [dirname(process.execPath), env['PATH']].join(delimiter);
  const stdio = ['ignore', 'pipe', 'pipe'] as const;
  const child = spawn(process.execPath, [script, ...args], { cwd, env: { ...env, PATH }, stdio: [...stdio] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += String(chunk)));
  const end = () => child.kill('SIGKILL');
  process.once('exit', end);
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('exit', end);
      resolve({ code, said });
    });
  });
}
