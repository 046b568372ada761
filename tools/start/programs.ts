import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ROOT } from '../build/build.js';
import { CannotStart } from '../processes/cannot-start.js';
import { lastLines, launch, type Running, stopGroup } from '../processes/process-group.js';
import type { ProcessRegister } from '../processes/process-register.js';
import { drainMsOf } from './settings.js';

const READY_WITHIN_MS = 60_000;
/** Beyond what api gives its calls: enough for it to say goodbye to them, and for a store to write what it holds. */
const GRACE_MS = 12_000;

interface Program {
  name: 'api' | 'worker' | 'lab' | 'rehearsal';
  args?: readonly string[];
  env: NodeJS.ProcessEnv;
  /** Undefined: it prints on this terminal. */
  logPath: string | undefined;
}

/** Starts a program of this repository, as it was built. */
export function launchProgram({ name, args = [], env, logPath }: Program, register: ProcessRegister): Promise<Running> {
  const script = join(ROOT, 'dist/apps', name === 'rehearsal' ? 'lab' : name, 'src/main.js');
  const nodeArgs = ['--enable-source-maps', script, ...args];
  return launch({ name, file: process.execPath, args: nodeArgs, env, cwd: ROOT, logPath }, register);
}

/** Resolves when api says that it is ready for calls. @throws CannotStart when it ends before, or takes too long */
export function untilReady(api: Running, url: string): Promise<void> {
  return until(api, async () => (await fetch(`${url}/ready`).catch(() => undefined))?.ok || undefined).then(
    () => undefined,
  );
}

/** Resolves with the address that the lab's doubles are at, which it prints as a line of JSON. @throws CannotStart */
export function labUrl(lab: Running & { logPath: string }): Promise<string> {
  return until(lab, () => /^\{"ready":true,"url":"([^"]+)"/m.exec(readFileSync(lab.logPath, 'utf8'))?.[1]);
}

/** Ends what runs, the youngest first: api, worker, the lab, Redis, PostgreSQL. Nothing is started after this began. */
export async function stopAll(register: ProcessRegister, onStopped?: (name: string) => void): Promise<void> {
  register.close();
  const graceMs = drainMsOf(process.env) + GRACE_MS;
  for (let left = register.running(); left.length > 0; left = register.running())
    for (const entry of left.reverse()) {
      await stopGroup(entry, graceMs);
      register.remove(entry.pid);
      onStopped?.(entry.name);
    }
}

async function until<Answer>(
  running: Running,
  ask: () => Promise<Answer | undefined> | Answer | undefined,
): Promise<Answer> {
  let over: string | undefined;
  void running.ended.then((how) => (over = how));
  for (let waitedMs = 0; waitedMs < READY_WITHIN_MS; waitedMs += 100) {
    if (over) throw new CannotStart(`${running.name} ${over}:\n${lastLines(running, 12)}`);
    const answer = await ask();
    if (answer !== undefined) return answer;
    await wait(100);
  }
  throw new CannotStart(`${running.name} was not ready after ${READY_WITHIN_MS / 1000} s:\n${lastLines(running, 4)}`);
}
