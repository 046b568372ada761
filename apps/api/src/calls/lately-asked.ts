import type { Clock } from '@app/kernel';

/** Whoever watches a call asks for it more often. */
const KEPT_MS = 30_000;

/** What was found for calls that were asked for lately; the others are let go when the next one is kept. */
export class LatelyAsked<Found> {
  readonly #kept = new Map<string, { found: Found; atMs: number }>();

  /** @param most of them at once */
  constructor(
    private readonly clock: Clock,
    private readonly most: number,
  ) {}

  find(callId: string): Found | undefined {
    return this.#kept.get(callId)?.found;
  }

  keep(callId: string, found: Found): void {
    const nowMs = this.clock.nowMs();
    this.#kept.delete(callId); // the one asked for last stands last
    for (const [other, { atMs }] of this.#kept) {
      if (nowMs - atMs < KEPT_MS && this.#kept.size < this.most) break;
      this.#kept.delete(other);
    }
    this.#kept.set(callId, { found, atMs: nowMs });
  }

  forget(callId: string): void {
    this.#kept.delete(callId);
  }
}
