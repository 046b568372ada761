import { createHash } from 'node:crypto';
import type { Clock } from '@app/kernel';
import type { ApiKey, ApiKeyStore } from '@app/persistence';

/** A revoked key works for so long at most, on each node. */
const TRUST_MS = 10_000;
const MOST = 1_000;

interface Known {
  key: ApiKey;
  untilMs: number;
}

/**
 * Keys that were asked for a moment ago, so that not every request waits for Postgres.
 *
 * They are looked up by their SHA-256, here and in Postgres: how long a look-up takes tells of the hash, and from a part
 * of a hash no key can be made. A wrong key is asked for each time: there are too many of them to remember.
 */
export class KnownKeys {
  readonly #known = new Map<string, Known>();

  constructor(
    private readonly store: ApiKeyStore,
    private readonly clock: Clock,
  ) {}

  /** @throws StoreError */
  async verify(secret: string): Promise<ApiKey | undefined> {
    const hash = createHash('sha256').update(secret).digest('hex');
    const known = this.#known.get(hash);
    if (known && known.untilMs > this.clock.nowMs()) return known.key;
    const key = await this.store.verify(secret);
    this.#known.delete(hash);
    if (key) this.#remember(hash, key);
    return key;
  }

  #remember(hash: string, key: ApiKey): void {
    const [oldest] = this.#known.keys();
    if (this.#known.size >= MOST && oldest !== undefined) this.#known.delete(oldest);
    this.#known.set(hash, { key, untilMs: this.clock.nowMs() + TRUST_MS });
  }
}
