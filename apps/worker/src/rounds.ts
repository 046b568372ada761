import type { Logger } from '@app/boot';
import { type Cancel, type Clock, OperationalError } from '@app/kernel';

export interface RoundsParts {
  everyMs: number;
  look: () => Promise<void>;
  clock: Clock;
  log: Pick<Logger, 'warn'>;
  /** Told when a look failed, with the error. */
  failed: string;
}

/** Looks again and again, one look after the other. An operational error is told, and the next round looks again; anything else is a bug. */
export class Rounds {
  #next: Cancel | undefined;
  #looking: Promise<void> = Promise.resolve();

  constructor(private readonly parts: RoundsParts) {}

  /** The first look is a round later. */
  begin(): void {
    this.#next = this.parts.clock.after(this.parts.everyMs, () => {
      this.begin();
      this.#lookOnce();
    });
  }

  /** The same, and looks now. */
  beginNow(): void {
    this.#lookOnce();
    this.begin();
  }

  /** Waits for the look that is under way. */
  async close(): Promise<void> {
    this.#next?.();
    await this.#looking;
  }

  #lookOnce(): void {
    this.#looking = this.#looking.then(() => this.#lookOrTell());
  }

  async #lookOrTell(): Promise<void> {
    const { look, log, failed } = this.parts;
    try {
      await look();
    } catch (error) {
      if (!(error instanceof OperationalError)) throw error;
      log.warn({ error }, failed);
    }
  }
}
