import { Worker } from 'node:worker_threads';

interface Job<Answer> {
  request: { id: number };
  resolve(answer: Answer): void;
  reject(error: Error): void;
}

export interface WorkerPoolOptions {
  /** Path of the program that each thread runs. It answers every message that has an `id` with one of the same `id`. */
  program: string;
  workerData: unknown;
  /** The most threads; each is started when there is work for it, and does one job at a time. */
  threads: number;
}

/** Threads that take jobs in turn. Idle ones do not keep the process alive. */
export class WorkerPool<Request extends object, Answer extends { id: number }> {
  readonly #idle: Worker[] = [];
  readonly #busy = new Map<Worker, Job<Answer>>();
  readonly #waiting: Job<Answer>[] = [];
  #lastId = 0;
  #closed = false;

  constructor(private readonly options: WorkerPoolOptions) {}

  /** @throws Error when the thread died over it, or the pool was closed */
  run(request: Request): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new Error('the pool of threads is closed');
      this.#waiting.push({ request: { ...request, id: ++this.#lastId }, resolve, reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const job of this.#waiting.splice(0)) job.reject(new Error('the pool of threads was closed'));
    await Promise.all([...this.#idle, ...this.#busy.keys()].map((worker) => worker.terminate()));
  }

  #next(): void {
    const mayStart = this.#idle.length + this.#busy.size < this.options.threads;
    const worker = this.#idle.pop() ?? (mayStart ? this.#start() : undefined);
    if (!worker) return;
    const job = this.#waiting.shift();
    if (!job) {
      worker.unref();
      this.#idle.push(worker);
      return;
    }
    this.#busy.set(worker, job);
    worker.ref();
    worker.postMessage(job.request);
  }

  #start(): Worker {
    const { program, workerData } = this.options;
    const worker = new Worker(program, { workerData });
    let problem = new Error('the thread ended');
    worker.on('message', (answer: Answer) => {
      const job = this.#busy.get(worker);
      this.#busy.delete(worker);
      this.#idle.push(worker);
      job?.resolve(answer);
      this.#next();
    });
    worker.on('error', (error) => {
      problem = error instanceof Error ? error : new Error(String(error));
    });
    worker.on('exit', () => this.#lost(worker, problem));
    return worker;
  }

  #lost(worker: Worker, problem: Error): void {
    const job = this.#busy.get(worker);
    this.#busy.delete(worker);
    const place = this.#idle.indexOf(worker);
    if (place >= 0) this.#idle.splice(place, 1);
    job?.reject(problem);
    if (!this.#closed && this.#waiting.length > 0) this.#next();
  }
}
