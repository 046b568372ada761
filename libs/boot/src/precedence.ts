import { existsSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** What of the system decides who runs when. */
export interface Scheduler {
  /** Of the thread that asks. */
  setNice: (nice: number) => void;
  /** Of the session that the process is in; undefined where Linux does not group by session, and elsewhere. */
  setSessionNice: ((nice: number) => void) | undefined;
}

/** PulseAudio's `nice-level` for the same purpose, as it comes (pulse-daemon.conf(5)). */
const AS_SOUND_SERVERS = -11;
/** A third of the usual weight (sched(7)): little where the machine is busy, never nothing. */
const BEHIND = 5;

/**
 * This thread, and those that it starts from now on, go before other work of the machine: sound that is a few milliseconds
 * late is heard, everything else is not. Where tasks are grouped by session (sched(7), autogroup), the whole group goes first.
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
const SESSION = '/proc/self/autogroup';

const linux = (): Scheduler => ({
  setNice: setPriority,
  setSessionNice: existsSync(SESSION) ? (nice) => writeFileSync(SESSION, String(nice)) : undefined,
});
