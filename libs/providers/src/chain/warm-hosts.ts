import type { Clock } from '@app/kernel';

/** A connection that nobody used for longer may be closed: Node's own `fetch` keeps one for 4 s where the far end says nothing. */
const KEPT_MS = 3_000;
/** It is of no use to anybody who waits for it longer. */
const GIVEN_UP_MS = 3_000;

export interface WarmHostsParts {
  clock: Clock;
  fetch: typeof fetch;
}

/**
 * Opens connections before they are needed: while a caller still speaks, that to the model is made, with its TLS. At most
 * one each 3 s for each address, whoever asks: bounded by the addresses that are configured. Node closes what is idle.
 */
export class WarmHosts {
  readonly #warmedMs = new Map<string, number>();

  constructor(private readonly parts: WarmHostsParts) {}

  /** Returns at once. That it did not come about is no news: the question itself will tell. */
  warm(url: string): void {
    const { origin } = new URL(url);
    const nowMs = this.parts.clock.nowMs();
    if (nowMs - (this.#warmedMs.get(origin) ?? -Infinity) < KEPT_MS) return;
    this.#warmedMs.set(origin, nowMs);
    void this.#open(origin);
  }

  /** The root of an address without a key: it answers with any status, and costs nothing. After a HEAD Node closes the connection. */
  async #open(origin: string): Promise<void> {
    const given = new AbortController();
    const cancel = this.parts.clock.after(GIVEN_UP_MS, () => given.abort());
    try {
      const answer = await this.parts.fetch(origin, { method: 'OPTIONS', redirect: 'manual', signal: given.signal });
      await answer.arrayBuffer(); // one that is left unread keeps its connection
    } catch {
      this.#warmedMs.delete(origin); // whatever it was, the next one tries anew
    } finally {
      cancel();
    }
  }
}
