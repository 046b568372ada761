import { readFileSync } from 'node:fs';

/** Of Linux on every platform that Node is built for (sysconf(_SC_CLK_TCK)). */
const TICKS_PER_SECOND = 100;
const BYTES_PER_MB = 2 ** 20;
const KB_PER_MB = 1_024;

/** All that a process's threads have computed so far, in seconds. @throws where there is no /proc, or no such process */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before it may hold blanks; proc(5)
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}

/** What all processors have done since the machine began, in seconds; `stolen`: its host did something else with them. */
export function machineSeconds(): { busy: number; stolen: number } {
  const [all = ''] = readFileSync('/proc/stat', 'utf8').split('\n', 1);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = all.split(/\s+/).slice(1).map(Number);
  return { busy: (user + nice + system + irq + softirq) / TICKS_PER_SECOND, stolen: steal / TICKS_PER_SECOND };
}

/** @throws where there is no /proc, or no such process */
export function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kb) / KB_PER_MB;
}

export const toMb = (bytes: number): number => bytes / BYTES_PER_MB;
