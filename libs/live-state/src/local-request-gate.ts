import type { GatedRequest, RequestGate } from '@app/conversation/ports';
import type { Cancel, Clock } from '@app/kernel';

interface Waiting {
  urgent: boolean;
  pass: () => void;
}

/** One account: who waits, what is urgent first, and when the next may pass. */
interface Queue {
  waiting: Waiting[];
  nextAtMs: number;
  cancel: Cancel | undefined;
}

/** A gate of one process: for programs that are alone with their key, and for a node that lost sight of the others. */
export class LocalRequestGate implements RequestGate {
  readonly #queues = new Map<string, Queue>();

  /** @param intervalMs between two that pass; asked each time */
  constructor(
    private readonly clock: Clock,
    private readonly intervalMs: () => number,
  ) {}

  async pass({ account, urgent = false, signal }: GatedRequest): Promise<void> {
    signal?.throwIfAborted();
    const queue = this.#queue(account);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { urgent, pass: resolve };
    const giveUp = () => {
      queue.waiting = queue.waiting.filter((other) => other !== waiting);
      reject(signal?.reason as Error);
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    queue.waiting.splice(placeOf(waiting, queue.waiting), 0, waiting);
    this.#serve(queue);
    return promise.finally(() => signal?.removeEventListener('abort', giveUp));
  }

  backOff(account: string, forMs: number): Promise<void> {
    const queue = this.#queue(account);
    queue.nextAtMs = Math.max(queue.nextAtMs, this.clock.nowMs() + forMs);
    return Promise.resolve();
  }

  #queue(account: string): Queue {
    const known = this.#queues.get(account);
    if (known) return known;
    const queue: Queue = { waiting: [], nextAtMs: this.clock.nowMs(), cancel: undefined };
    this.#queues.set(account, queue);
    return queue;
  }

  #serve(queue: Queue): void {
    if (queue.cancel) return; // the timer that runs will serve
    const waitMs = queue.nextAtMs - this.clock.nowMs();
    if (waitMs > 0) return this.#serveIn(queue, waitMs);
    const first = queue.waiting.shift();
    if (!first) return;
    queue.nextAtMs = this.clock.nowMs() + this.intervalMs();
    first.pass();
    if (queue.waiting.length > 0) this.#serveIn(queue, this.intervalMs());
  }

  #serveIn(queue: Queue, delayMs: number): void {
    queue.cancel = this.clock.after(delayMs, () => {
      queue.cancel = undefined;
      if (queue.waiting.length > 0) this.#serve(queue);
    });
  }
}

/** Behind all that is as urgent, before all that is less so. */
function placeOf({ urgent }: Waiting, waiting: readonly Waiting[]): number {
  const firstPatient = waiting.findIndex((other) => !other.urgent);
  return urgent && firstPatient >= 0 ? firstPatient : waiting.length;
}
