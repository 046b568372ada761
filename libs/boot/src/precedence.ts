import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** What of the system decides who runs when. */
export interface Scheduler {
  /** Of every thread that the process has now; those that one of them starts later are as it is. */
  setNice: (nice: number) => void;
  /** Of the session that this process leads; undefined when it leads none, and where Linux does not group by session. */
  setSessionNice: ((nice: number) => void) | undefined;
}

/** PulseAudio's `nice-level` for the same purpose, as it comes (pulse-daemon.conf(5)). */
const AS_SOUND_SERVERS = -11;
/** A third of the usual weight (sched(7)): little where the machine is busy, never nothing. */
const BEHIND = 5;

/**
 * This process goes before other work of the machine: sound that is a few milliseconds late is heard, everything else is
 * not. Where tasks are grouped by session (sched(7), autogroup), a session of its own goes first as a whole. For a process
 * that has started: while it loads its code it would only keep its stores from answering.
 * @returns false where the system does not allow it (it takes root, or CAP_SYS_NICE): then nothing is changed
 */
export const goBeforeOthers = (scheduler: Scheduler = linux()): boolean => be(AS_SOUND_SERVERS, scheduler);

/** This process lets others go before it, for work that nobody waits for. Every system allows it. */
export const letOthersGoFirst = (scheduler: Scheduler = linux()): boolean => be(BEHIND, scheduler);

function be(nice: number, { setNice, setSessionNice }: Scheduler): boolean {
  try {
    setNice(nice);
    setSessionNice?.(nice);
    return true;
  } catch (error) {
    if (!REFUSALS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    return false;
  }
}

const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'EAGAIN']);
const THREADS = '/proc/self/task';
const SESSION = '/proc/self/autogroup';

const linux = (): Scheduler => ({
  setNice: (nice) => threads().forEach((thread) => setPriority(thread, nice)),
  setSessionNice: existsSync(SESSION) && leadsSession() ? (nice) => writeFileSync(SESSION, String(nice)) : undefined,
});

/** Where there is no such list: the process. */
const threads = (): number[] => (existsSync(THREADS) ? readdirSync(THREADS).map(Number) : [process.pid]);

/** `session` of /proc/pid/stat (proc_pid_stat(5)), the fourth after the name, which stands in brackets. */
function leadsSession(): boolean {
  const [, , , session] = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(session) === process.pid;
}
