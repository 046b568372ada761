import type { Cancel, Clock } from '@app/kernel';

/** Somebody owes something by a time; each time it comes, a new time is set. */
export class Deadline {
  #cancel: Cancel = () => {};

  constructor(
    private readonly clock: Clock,
    private readonly missed: () => void,
  ) {}

  /** From now on; an earlier time no longer counts. */
  within(delayMs: number): void {
    this.#cancel();
    this.#cancel = this.clock.after(delayMs, this.missed);
  }

  /** Nothing is owed any more. */
  met(): void {
    this.#cancel();
  }
}
