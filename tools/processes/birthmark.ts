import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/**
 * What tells a process from every other that had or will have its number: when it was born. Undefined once it has ended
 * (also while it waits for its parent to notice).
 */
export function birthmark(pid: number): string | undefined {
  return existsSync('/proc/self/stat') ? fromProc(pid) : fromPs(pid);
}

/** The command line, its words joined by blanks; undefined when there is no such process. */
export function commandOf(pid: number): string | undefined {
  if (!existsSync('/proc/self/stat')) return ps(pid, 'args=');
  return read(`/proc/${pid}/cmdline`)?.replaceAll('\0', ' ').trim();
}

function fromProc(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`);
  // proc(5): the second field is the name in brackets and may hold blanks; state is the 3rd field, start time the 22nd.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (!fields || fields[0] === 'Z' || fields[0] === 'X') return undefined;
  return `${read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''}:${fields[19] ?? ''}`;
}

const fromPs = (pid: number) => {
  const state = ps(pid, 'stat=');
  return state === undefined || state.startsWith('Z') ? undefined : ps(pid, 'lstart=');
};

function ps(pid: number, column: string): string | undefined {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;
  } catch {
    return undefined; // ps exits with 1 when there is no such process
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // the process ended in between
  }
}
