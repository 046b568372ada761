const WINDOW_MS = 1_000;
const REQUESTS = 2;

/** Two requests in any second, for each key; what was refused does not count. */
export class RateLimit {
  readonly #admitted = new Map<string, number[]>();

  admits(key: string, nowMs: number): boolean {
    const recent = (this.#admitted.get(key) ?? []).filter((atMs) => nowMs - atMs < WINDOW_MS);
    const admits = recent.length < REQUESTS;
    this.#admitted.set(key, admits ? [...recent, nowMs] : recent);
    return admits;
  }
}
