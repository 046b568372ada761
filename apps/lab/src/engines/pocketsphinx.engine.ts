import { type ChildProcess, fork } from 'node:child_process';
import { systemClock } from '@app/kernel';
import type { FromSphinx, ToSphinx } from './pocketsphinx.child.js';
import { findPocketSphinx, PocketSphinxAbsent, type PocketSphinxFiles } from './pocketsphinx.files.js';
import { SphinxSession } from './pocketsphinx.session.js';
import { programBeside } from './program-beside.js';
import type { RecogniserEngine, RecogniserRequest, RecogniserSession } from './recogniser-engine.js';

export interface PocketSphinxOptions {
  /** Where Debian's packages are unpacked when it is not installed. */
  folder: string;
  /** Calls at once; each takes 113 MB and a twelfth of a core while its caller speaks (measured 2026-11-21). */
  mostSessions?: number;
}

const MOST_SESSIONS = 4;
const LOAD_WITHIN_MS = 20_000;

/** PocketSphinx in a process of its own: a fault in the library ends that process, not the lab. English only. */
export class PocketSphinxEngine implements RecogniserEngine {
  readonly kind = 'pocketsphinx';
  readonly #sessions = new Map<number, SphinxSession>();
  #lastSession = 0;
  #gone = false;

  /** Resolves when a first decoder is loaded. @throws PocketSphinxAbsent */
  static async start({ folder, mostSessions = MOST_SESSIONS }: PocketSphinxOptions): Promise<PocketSphinxEngine> {
    const files = await findPocketSphinx(folder);
    const child = fork(programBeside(import.meta.url, 'pocketsphinx.child'), {
      serialization: 'advanced',
      execArgv: ['--no-warnings'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    try {
      await loaded(child, files);
    } catch (error) {
      child.kill();
      throw error;
    }
    return new PocketSphinxEngine(child, mostSessions);
  }

  private constructor(
    private readonly child: ChildProcess,
    private readonly mostSessions: number,
  ) {
    child.on('message', (message: FromSphinx) => this.#take(message));
    child.on('exit', () => this.#lose(new Error('PocketSphinx ended')));
    child.unref();
    child.channel?.unref();
  }

  get openSessions(): number {
    return this.#sessions.size;
  }

  open({ rateHz, language, listener }: RecogniserRequest): RecogniserSession | undefined {
    if (this.#gone || this.#sessions.size >= this.mostSessions) return undefined;
    if (rateHz === 24_000 || !/^(en|multi)\b/.test(language)) return undefined;
    const id = ++this.#lastSession;
    const tell = (message: ToSphinx): void => {
      if (this.child.connected) this.child.send(message);
    };
    const session = new SphinxSession({ id, rateHz, listener, tell, closed: () => this.#sessions.delete(id) });
    this.#sessions.set(id, session);
    return session;
  }

  close(): Promise<void> {
    this.#gone = true;
    this.#sessions.clear();
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.child.once('exit', () => resolve());
      this.child.ref();
      this.child.disconnect();
    });
  }

  #take(message: FromSphinx): void {
    if (message.type === 'failed') return this.#lose(new Error(message.because));
    if (message.type === 'guessed') this.#sessions.get(message.session)?.listener.guessed(message.text);
    if (message.type === 'settled') this.#sessions.get(message.session)?.settled(message.words);
  }

  #lose(error: Error): void {
    this.#gone = true;
    const sessions = [...this.#sessions.values()];
    this.#sessions.clear();
    for (const { listener } of sessions) listener.lost(error);
  }
}

function loaded(child: ChildProcess, files: PocketSphinxFiles): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new PocketSphinxAbsent(`no PocketSphinx: ${why}`));
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code) => fail(`its process ended with ${code ?? 'a signal'} while it loaded`));
    const late = systemClock.after(LOAD_WITHIN_MS, () => fail(`not loaded after ${LOAD_WITHIN_MS} ms`));
    child.once('message', (message: FromSphinx) => {
      late();
      if (message.type === 'loaded') resolve();
      else fail(message.type === 'failed' ? message.because : 'it does not load');
    });
    child.send({ type: 'load', ...files } satisfies ToSphinx);
  });
}
