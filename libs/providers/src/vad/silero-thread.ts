// Type syntax only, as in silero.worker.ts: its spec runs it in a process of its own.
import { Worker } from 'node:worker_threads';
import type { Clock } from '@app/kernel';

/** What the worker is started with. */
export interface ThreadOptions {
  modelPath?: string | undefined;
  /** One number that both threads see: 1 from the start, and from each post, until the thread writes 0. */
  activity: SharedArrayBuffer;
}

const BUSY = 1;

/** Windows to judge, or the end. One block at a time: the next after `judged`. */
export type ToThread = { buffer: SharedArrayBuffer; capacity: number; count: number } | 'close';

export type FromThread =
  { type: 'ready' } | { type: 'judged' } | { type: 'failed'; reason: StartFailure['reason']; message: string };

/** The thread cannot do its work on this machine; trying again will not help. */
export class StartFailure extends Error {
  readonly reason: 'runtime-unloadable' | 'model-unreadable' | 'worker-died';

  constructor(reason: StartFailure['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

interface StartOptions {
  modelPath?: string | undefined;
  clock: Clock;
  /** Other code for the thread than the detector's own. */
  worker?: URL | undefined;
  onJudged: () => void;
  /** It has ended, or was given up, and nobody had closed it. */
  onDied: (cause: Error) => void;
}

const START_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 2_000;
const EXIT_TIMEOUT_MS = 2_000;
const OWN_WORKER = new URL(import.meta.url.replace(/[^/]*(\.[jt]s)$/, 'silero.worker$1'));

/**
 * One run of the voice detector's worker thread, from its start to its end. It does not keep the process alive.
 *
 * ONNX Runtime aborts the whole process when its thread is terminated while it computes. So nobody terminates it: it is
 * asked to close, and a process that exits waits until it is idle.
 */
export class SileroThread {
  readonly #options: StartOptions;
  readonly #worker: Worker;
  readonly #activity = new Int32Array(new SharedArrayBuffer(4)).fill(BUSY);
  readonly #ended: Promise<void>;
  #state: 'starting' | 'ready' | 'left' = 'starting';

  private constructor(options: StartOptions) {
    this.#options = options;
    const { modelPath, worker = OWN_WORKER } = options;
    const { buffer: activity } = this.#activity;
    const workerData: ThreadOptions = { modelPath, activity };
    this.#worker = new Worker(worker, { workerData, execArgv: [] }); // the process's own options are not for it
    this.#ended = new Promise((resolve) => this.#worker.once('exit', () => resolve()));
    process.on('exit', this.#waitUntilIdle);
  }

  /** Resolves when the thread can judge. @throws StartFailure */
  static start(options: StartOptions): Promise<SileroThread> {
    const thread = new SileroThread(options);
    return new Promise((resolve, reject) => {
      const late = () => fail(new StartFailure('worker-died', 'the thread did not start in time'));
      const cancel = options.clock.after(START_TIMEOUT_MS, late);
      const fail = (failure: StartFailure): void => {
        cancel();
        thread.#leave();
        reject(failure);
      };
      const ready = (): void => {
        cancel();
        resolve(thread);
      };
      thread.#listen({ ready, fail });
    });
  }

  post(block: Exclude<ToThread, 'close'>): void {
    Atomics.store(this.#activity, 0, BUSY);
    this.#worker.postMessage(block satisfies ToThread);
  }

  /** Takes it for dead, whatever it still does: it may yet write to the block that it was given. */
  giveUp(why: string): void {
    if (this.#state !== 'ready') return;
    this.#leave();
    this.#options.onDied(new Error(why));
  }

  /** Resolves when the thread has ended: after the block that it judges, or after 2 s. Nothing is told meanwhile. */
  async close(): Promise<void> {
    this.#leave();
    const late = new AbortController();
    const timeout = this.#options.clock.sleep(CLOSE_TIMEOUT_MS, late.signal).catch(() => undefined);
    await Promise.race([this.#ended, timeout]);
    late.abort();
  }

  /** From here on nothing that it tells counts; it ends when it has done what it is at. */
  #leave(): void {
    if (this.#state === 'left') return;
    this.#state = 'left';
    this.#worker.unref();
    this.#worker.postMessage('close' satisfies ToThread);
  }

  #listen(start: { ready: () => void; fail: (failure: StartFailure) => void }): void {
    let cause = new Error('the thread has ended');
    this.#worker.on('error', (error: Error) => (cause = error));
    this.#worker.on('message', (message: FromThread) => {
      if (message.type === 'failed') start.fail(new StartFailure(message.reason, message.message));
      if (message.type === 'judged' && this.#state === 'ready') this.#options.onJudged();
      if (message.type !== 'ready' || this.#state !== 'starting') return;
      this.#state = 'ready';
      this.#worker.unref();
      start.ready();
    });
    this.#worker.on('exit', () => {
      process.off('exit', this.#waitUntilIdle);
      if (this.#state === 'starting') start.fail(new StartFailure('worker-died', cause.message));
      if (this.#state === 'ready') this.#options.onDied(cause);
    });
  }

  readonly #waitUntilIdle = (): void => void Atomics.wait(this.#activity, 0, BUSY, EXIT_TIMEOUT_MS);
}
