import { Worker } from 'node:worker_threads';
import type { Cancel, Clock } from '@app/kernel';

/** What the worker is started with. */
export interface ThreadOptions {
  modelPath?: string | undefined;
}

/** Windows to judge, or the end. One block at a time: the next after `judged`. */
export type ToThread = { buffer: SharedArrayBuffer; capacity: number; count: number } | 'close';

export type FromThread =
  { type: 'ready' } | { type: 'judged' } | { type: 'failed'; reason: StartFailure['reason']; message: string };

/** The thread cannot do its work on this machine; trying again will not help. */
export class StartFailure extends Error {
  constructor(
    readonly reason: 'runtime-unloadable' | 'model-unreadable' | 'worker-died',
    message: string,
  ) {
    super(message);
  }
}

interface StartOptions extends ThreadOptions {
  clock: Clock;
  /** Other code for the thread than the detector's own. */
  worker?: URL | undefined;
  onJudged: () => void;
  /** It has ended, and nobody had asked for it. */
  onDied: (cause: Error) => void;
}

const START_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
const OWN_WORKER = new URL(import.meta.url.replace(/[^/]*(\.[jt]s)$/, 'silero.worker$1'));

/** One run of the voice detector's worker thread, from its start to its end. It does not keep the process alive. */
export class SileroThread {
  #state: 'starting' | 'ready' | 'killed' | 'closing' | 'ended' = 'starting';
  #cause = new Error('the thread has ended');

  private constructor(
    private readonly worker: Worker,
    private readonly options: StartOptions,
  ) {}

  /** Resolves when the thread can judge. @throws StartFailure */
  static start(options: StartOptions): Promise<SileroThread> {
    const { modelPath, worker = OWN_WORKER } = options;
    const thread = new SileroThread(new Worker(worker, { workerData: { modelPath } satisfies ThreadOptions }), options);
    return new Promise((resolve, reject) => {
      const cancel: Cancel = options.clock.after(START_TIMEOUT_MS, () => thread.kill('it did not start in time'));
      thread.#listen({
        ready: () => (cancel(), resolve(thread)),
        failed: (failure) => (cancel(), reject(failure)),
      });
    });
  }

  post(block: Exclude<ToThread, 'close'>): void {
    this.worker.postMessage(block satisfies ToThread);
  }

  /** Ends it at once; `onDied` tells, as of a death of its own. Twice is once. */
  kill(why: string): void {
    if (this.#state !== 'starting' && this.#state !== 'ready') return;
    if (this.#state === 'ready') this.#state = 'killed';
    this.#cause = new Error(why);
    void this.worker.terminate();
  }

  /** Resolves when the thread has ended: after the block that it judges, 2 s at most. Nothing is told meanwhile. */
  async close(): Promise<void> {
    if (this.#state === 'ended') return;
    this.#state = 'closing';
    const ended = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.ref();
    this.worker.postMessage('close' satisfies ToThread);
    const cancel = this.options.clock.after(CLOSE_TIMEOUT_MS, () => void this.worker.terminate());
    await ended;
    cancel();
  }

  #listen(start: { ready: () => void; failed: (failure: StartFailure) => void }): void {
    this.worker.on('message', (message: FromThread) => {
      if (message.type === 'judged' && this.#state === 'ready') this.options.onJudged();
      if (message.type === 'failed') start.failed(new StartFailure(message.reason, message.message));
      if (message.type !== 'ready') return;
      this.#state = 'ready';
      this.worker.unref();
      start.ready();
    });
    this.worker.on('error', (error) => (this.#cause = error));
    this.worker.on('exit', () => {
      const before = this.#state;
      this.#state = 'ended';
      if (before === 'starting') start.failed(new StartFailure('worker-died', this.#cause.message));
      if (before === 'ready' || before === 'killed') this.options.onDied(this.#cause);
    });
  }
}
