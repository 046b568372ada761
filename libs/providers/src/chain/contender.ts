import type { ProviderPass } from '@app/conversation/ports';
import type { Clock } from '@app/kernel';

/** How far a contender came: its first answer is there, it ended without one, or it failed. */
export type Outcome = { type: 'answered'; tookMs: number } | { type: 'ended' } | { type: 'failed'; error: unknown };

export interface ContenderParts<Item> {
  index: number;
  pass: ProviderPass;
  /** It was down: what becomes of it is of interest even when it loses. */
  probe: boolean;
  clock: Clock;
  /** Ends it from outside. */
  signal: AbortSignal;
  ask: (signal: AbortSignal) => AsyncIterable<Item>;
  isAnswer: (item: Item) => boolean;
}

/** One provider that was asked, until its first answer, and from there on if it wins. */
export class Contender<Item> {
  readonly outcome: Promise<Outcome>;
  readonly #held: Item[] = [];
  readonly #stop = new AbortController();
  readonly #items: AsyncIterator<Item>;

  constructor(readonly parts: ContenderParts<Item>) {
    const signal = AbortSignal.any([parts.signal, this.#stop.signal]);
    this.#items = parts.ask(signal)[Symbol.asyncIterator]();
    this.outcome = this.#begin(parts.clock.nowMs());
  }

  get index(): number {
    return this.parts.index;
  }

  /** Ends it, and gives its place back. Twice is once. */
  stop(): void {
    this.#stop.abort();
    this.#items.return?.()?.catch(() => undefined); // what it has to say about being stopped has no reader any more
    this.parts.pass.leave();
  }

  /** All of its answer. */
  async *items(): AsyncGenerator<Item> {
    yield* this.#held;
    yield* { [Symbol.asyncIterator]: () => this.#items };
  }

  /** Aborts when it is stopped. */
  get stopped(): AbortSignal {
    return this.#stop.signal;
  }

  /** What came up to its first answer. */
  get held(): readonly Item[] {
    return this.#held;
  }

  async #begin(sinceMs: number): Promise<Outcome> {
    try {
      for (;;) {
        const next = await this.#items.next();
        if (next.done) return { type: 'ended' };
        this.#held.push(next.value);
        if (this.parts.isAnswer(next.value)) return { type: 'answered', tookMs: this.parts.clock.nowMs() - sinceMs };
      }
    } catch (error) {
      return { type: 'failed', error };
    }
  }
}
