import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { setPriority } from 'node:os';

/** What of the system decides who runs when. */
export interface Scheduler {
  /** Of what the program runs on now; a thread that one of those starts later is as it is. */
  setNice: (nice: number) => void;
  /** Of the session that this process leads; undefined when it leads none, and where Linux does not group by session. */
  setSessionNice: ((nice: number) => void) | undefined;
}

/** The furthest that rtkit, which desktops ask for it, lets the thread of a sound server go (`--min-nice-level`). */
const AS_SOUND_THREADS = -15;
/** PulseAudio's `nice-level` as it comes (pulse-daemon.conf(5)). */
const AS_SOUND_SERVERS = -11;
/** A third of the usual weight (sched(7)): little where the machine is busy, never nothing. */
const BEHIND = 5;

/**
 * This process goes before all other work of the machine: sound that is a few milliseconds late is heard, everything else
 * is not. Where tasks are grouped by session (sched(7), autogroup), a session of its own goes first as a whole. For a
 * process that has started: while it loads its code it would only keep its stores from answering.
 * @returns false where the system does not allow it (it takes root, or CAP_SYS_NICE): then nothing is changed
 */
export const goFirst = (scheduler: Scheduler = linux()): boolean => be(AS_SOUND_THREADS, scheduler);

/** Before others, and behind those that go first. @returns as `goFirst` */
export const goBeforeOthers = (scheduler: Scheduler = linux()): boolean => be(AS_SOUND_SERVERS, scheduler);

/** This process lets others go before it, for work that nobody waits for. Every system allows it. */
export const letOthersGoFirst = (scheduler: Scheduler = linux()): boolean => be(BEHIND, scheduler);

function be(nice: number, { setNice, setSessionNice }: Scheduler): boolean {
  try {
    setNice(nice);
    setSessionNice?.(nice);
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

/** The last two: it ended meanwhile. */
const REFUSALS = new Set(['EACCES', 'EPERM', 'EROFS', 'EAGAIN', 'ESRCH', 'ENOENT']);

const THREADS = '/proc/self/task';
const SESSION = '/proc/self/autogroup';

const linux = (): Scheduler => ({
  setNice: (nice) => threads().forEach((thread) => setPriority(thread, nice)),
  setSessionNice: existsSync(SESSION) && leadsSession() ? (nice) => writeFileSync(SESSION, String(nice)) : undefined,
});

/**
 * As Node names them. The collector's mark for hundreds of milliseconds beside the program: as far ahead as it, they stand
 * in its way. Those of the pool write files and look names up.
 */
const HELPING_THREADS = new Set(['V8Worker', 'libuv-worker']);

/** Where there is no such list: the process. */
const threads = (): number[] =>
  existsSync(THREADS) ? readdirSync(THREADS).filter(isOfProgram).map(Number) : [process.pid];

const isOfProgram = (thread: string): boolean =>
  !HELPING_THREADS.has(readFileSync(`${THREADS}/${thread}/comm`, 'utf8').trim());

/** `session` of /proc/pid/stat (proc_pid_stat(5)), the fourth after the name, which stands in brackets. */
function leadsSession(): boolean {
  const [, , , session] = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return Number(session) === process.pid;
}
