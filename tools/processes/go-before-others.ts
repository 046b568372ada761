import { existsSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** PulseAudio's `nice-level` as it comes (pulse-daemon.conf(5)): behind what carries sound, before all else. */
const NICE = -11;
/** The system does not allow it, or the process ended meanwhile. */
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'EAGAIN', 'ESRCH', 'ENOENT']);

/**
 * Has a process of ours, and the session that it leads (sched(7), autogroup), go before the machine's other work: for one
 * that does little at a time, and that calls wait for each time. What it starts later goes before others too.
 * @returns false where the system does not allow it: then nothing is changed
 */
export function goBeforeOthers(pid: number): boolean {
  try {
    setPriority(pid, NICE);
    const session = `/proc/${pid}/autogroup`;
    if (existsSync(session)) writeFileSync(session, String(NICE));
    return true;
  } catch (error) {
    if (!REFUSALS.has(codeOf(error))) throw error;
    return false;
  }
}

/** `os` wraps the system's own code, `fs` tells it as its own. */
const codeOf = (error: unknown): string => {
  const { code = '', info = { code } } = error as { code?: string; info?: { code: string } };
  return info.code;
};
