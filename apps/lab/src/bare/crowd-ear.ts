import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Cutter } from '@app/audio';
import type { Clock } from '@app/kernel';
import { programBeside } from '../engines/program-beside.js';
import type { WindowBatch } from './crowd.worker.js';

const WINDOW_SAMPLES = 256;
/** Windows of calls that began at any moment are gathered for so long. */
const GATHER_MS = 16;

interface Listener {
  slot: number;
  fresh: boolean;
  waiting: Int16Array[];
  tell: (probability: number) => void;
}

/** One call's sound on its way to be judged. */
export interface CrowdListener {
  push(samples8k: Int16Array): void;
  close(): void;
}

/** Judges the voices of all calls together, in one thread. */
export class CrowdEar {
  readonly #open = new Set<Listener>();
  readonly #freeSlots: number[] = [];
  #slots = 0;
  #away: readonly Listener[] | undefined;
  #gathering = false;

  private constructor(
    private readonly worker: Worker,
    private readonly clock: Clock,
  ) {
    worker.on('message', (probabilities: Float32Array) => this.#take(probabilities));
  }

  static async start(clock: Clock): Promise<CrowdEar> {
    const worker = new Worker(programBeside(import.meta.url, 'crowd.worker'));
    await once(worker, 'message');
    return new CrowdEar(worker, clock);
  }

  /** @param tell for each 32 ms: how likely there is a voice, 0 to 1 */
  open(tell: (probability: number) => void): CrowdListener {
    const listener: Listener = { slot: this.#freeSlots.pop() ?? this.#slots++, fresh: true, waiting: [], tell };
    this.#open.add(listener);
    const windows = new Cutter(WINDOW_SAMPLES, (window) => {
      listener.waiting.push(window.slice());
      this.#gather();
    });
    return {
      push: (samples) => windows.push(samples),
      close: () => {
        if (this.#open.delete(listener)) this.#freeSlots.push(listener.slot);
      },
    };
  }

  /** Ends its thread, between two batches: ONNX Runtime takes the process down with a thread that computes. */
  async close(): Promise<void> {
    const ended = once(this.worker, 'exit');
    this.worker.postMessage('close');
    await ended;
  }

  #gather(): void {
    if (this.#gathering || this.#away) return;
    this.#gathering = true;
    this.clock.after(GATHER_MS, () => {
      this.#gathering = false;
      this.#send();
    });
  }

  /** One window of each, so that each is judged in order. */
  #send(): void {
    const ready = [...this.#open].filter(({ waiting }) => waiting.length > 0);
    if (ready.length === 0) return;
    const samples = new Int16Array(ready.length * WINDOW_SAMPLES);
    ready.forEach(({ waiting }, at) => samples.set(waiting.shift() ?? [], at * WINDOW_SAMPLES));
    const batch: WindowBatch = {
      slots: ready.map(({ slot }) => slot),
      fresh: ready.map(({ fresh }) => fresh),
      samples,
    };
    for (const listener of ready) listener.fresh = false;
    this.#away = ready;
    this.worker.postMessage(batch, [samples.buffer]);
  }

  #take(probabilities: Float32Array): void {
    const judged = this.#away ?? [];
    this.#away = undefined;
    judged.forEach((listener, at) => {
      if (this.#open.has(listener)) listener.tell(probabilities[at] ?? 0);
    });
    if ([...this.#open].some(({ waiting }) => waiting.length > 0)) this.#gather();
  }
}
