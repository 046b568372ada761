import type { Cancel, Clock } from '@app/kernel';

interface Due<Message> {
  message: Message;
  atMs: number;
}

/** Sends each message when it is due, and never before one that was put in earlier. */
export class Outbox<Message> {
  readonly #waiting: Due<Message>[] = [];
  #cancel: Cancel | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly send: (message: Message) => void,
  ) {}

  /** @param atMs on the clock; one that is over already means at once */
  put(message: Message, atMs: number): void {
    this.#waiting.push({ message, atMs });
    if (!this.#cancel) this.#sendDue();
  }

  /** Drops what has not been sent. */
  close(): void {
    this.#waiting.length = 0;
    this.#cancel?.();
  }

  #sendDue(): void {
    this.#cancel = undefined;
    for (let next = this.#waiting[0]; next; next = this.#waiting[0]) {
      const waitMs = next.atMs - this.clock.nowMs();
      if (waitMs > 0) {
        this.#cancel = this.clock.after(waitMs, () => this.#sendDue());
        return;
      }
      this.#waiting.shift();
      this.send(next.message);
    }
  }
}
