import type { Cancel, Clock } from '@app/kernel';

export interface SilenceLimits {
  /** A socket that said nothing for so long is asked; noticed at most as much again later. */
  quietMs: number;
  /** It is given up when it does not answer within this. */
  answerMs: number;
}

/** Notices that the other side of a socket is gone although the connection is not. One timer a socket. */
export class SilenceWatch {
  #heard = false;
  #cancel: Cancel;

  constructor(
    private readonly clock: Clock,
    private readonly limits: SilenceLimits,
    private readonly acts: { ask: () => void; giveUp: () => void },
  ) {
    this.#cancel = clock.after(limits.quietMs, this.#look);
  }

  /** Something came. Costs an assignment: it is called for every message of sound. */
  heard(): void {
    this.#heard = true;
  }

  /** Nothing is done after it. Twice is once. */
  stop(): void {
    this.#cancel();
  }

  readonly #look = (): void => {
    if (this.#heard) return this.#rest();
    this.#cancel = this.clock.after(this.limits.answerMs, () => (this.#heard ? this.#rest() : this.acts.giveUp()));
    this.acts.ask();
  };

  #rest(): void {
    this.#heard = false;
    this.#cancel = this.clock.after(this.limits.quietMs, this.#look);
  }
}
