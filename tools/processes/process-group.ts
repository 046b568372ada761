import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { birthmark } from './birthmark.js';
import type { ProcessRegister, Registered } from './process-register.js';

export interface Launch {
  name: string;
  file: string;
  args: readonly string[];
  /** Everything that it prints, begun anew with each launch; undefined: it prints to this terminal. */
  logPath?: string | undefined;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** The user that it runs as. Only root can choose one. */
  uid?: number | undefined;
  gid?: number | undefined;
  stopSignal?: NodeJS.Signals;
}

export interface Running extends Registered {
  logPath?: string | undefined;
  /** Resolves when it has ended, whoever ended it, with the way it ended in words. Never rejects. */
  ended: Promise<string>;
}

/** Starts a program in a process group of its own, so that a terminal's Ctrl-C does not reach it. @throws when it cannot */
export async function launch(order: Launch, register: ProcessRegister): Promise<Running> {
  if (!register.open) throw new Error(`${order.name} is not started any more: everything is to end`);
  const { name, file, args, logPath, stopSignal = 'SIGTERM', ...options } = order;
  const log = logPath === undefined ? 'inherit' : openLog(logPath);
  const child = spawn(file, args, { ...options, detached: true, stdio: ['ignore', log, log] });
  if (log !== 'inherit') closeSync(log);
  const ended = new Promise<string>((resolve) => {
    child.once('exit', (code, signal) => resolve(signal ? `was ended by ${signal}` : `ended with code ${code}`));
    child.once('error', (error) => resolve(error.message));
  });
  if (child.pid === undefined) throw new Error(`${file}: ${await ended}`);
  const entry = { name, pid: child.pid, born: birthmark(child.pid) ?? '', stopSignal };
  register.add(entry);
  void ended.then(() => register.remove(entry.pid));
  return { ...entry, logPath, ended };
}

/** Asks it to end, waits for up to `graceMs`, then ends it and all of its group by force. */
export async function stopGroup({ pid, born, stopSignal }: Registered, graceMs: number): Promise<void> {
  signal(pid, stopSignal);
  for (let waitedMs = 0; birthmark(pid) === born && waitedMs < graceMs; waitedMs += 20) await wait(20);
  signal(-pid, 'SIGKILL');
  while (birthmark(pid) === born) await wait(20);
}

/** The last lines that it printed, for a person who asks why it ended; of a JSON log line, its message. */
export function lastLines({ logPath }: Pick<Running, 'logPath'>, count: number): string {
  if (logPath === undefined) return '';
  return readFileSync(logPath, 'utf8').trimEnd().split('\n').slice(-count).map(inWords).join('\n');
}

function inWords(line: string): string {
  try {
    const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
    return [msg, err?.message].filter(Boolean).join(': ') || line;
  } catch {
    return line;
  }
}

function openLog(path: string): number {
  mkdirSync(dirname(path), { recursive: true, mode: 0o711 });
  return openSync(path, 'w', 0o600);
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // it has ended already
  }
}
