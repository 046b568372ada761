import { StoreError } from '@app/conversation/ports';
import type { Cancel, Clock } from '@app/kernel';
import type { LogOwner, OpenCallLog } from './call-logs.js';
import type { LiveRedis } from './redis.js';
import { script } from './script.js';

const BATCH_EVERY_MS = 100;
const BATCH_ENTRIES = 500;
/** Half an hour of a lively call. What comes after is lost, and never what comes before: a log that ends can be replayed. */
const KEPT_ENTRIES = 20_000;
const RETRY_MIN_MS = 100;
const RETRY_MAX_MS = 250;

/**
 * KEYS: log, fence. ARGV: the writer's epoch, the number of the first entry, the entries. The stream's ids are those
 * numbers, so that a batch that is sent again, because its answer was lost, adds only what is missing. -1: the call is
 * another node's.
 */
const append = script(`
  local epoch = redis.call('GET', KEYS[2])
  if epoch and tonumber(epoch) > tonumber(ARGV[1]) then return -1 end
  local first = tonumber(ARGV[2])
  local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
  local stored = newest and tonumber(string.match(newest[1], '^%d+')) or 0
  for i = 3, #ARGV do
    local number = first + i - 3
    if number > stored then redis.call('XADD', KEYS[1], string.format('%.0f-0', number), 'entry', ARGV[i]) end
  end
  return stored
`);

const TAKEN = -1;

/** Whose log it is, and who writes it. */
interface WrittenBy {
  callId: string;
  owner: LogOwner;
  onTaken: () => void;
}

/** Somebody waits for entry number `upTo`. */
interface Flush {
  upTo: number;
  done: () => void;
}

/** The log of one call, written by one process. Entries wait in memory, in order, while Redis is gone. */
export class RedisCallLog implements OpenCallLog {
  /** What is not known to be stored; the first of them has the number `#stored + 1`. */
  readonly #waiting: string[] = [];
  readonly #flushes = new Set<Flush>();
  #stored: number;
  #lost = 0;
  #closed = false;
  /** At most one of: a batch that is to be written soon, a batch that is being written. */
  #next: { state: 'none' } | { state: 'soon'; cancel: Cancel } | { state: 'now' } = { state: 'none' };

  constructor(
    private readonly redis: LiveRedis,
    private readonly clock: Clock,
    private readonly by: WrittenBy,
  ) {
    this.#stored = by.owner.stored;
  }

  get lost(): number {
    return this.#lost;
  }

  append(entryJson: string): void {
    if (this.#closed) return;
    if (this.#lost > 0 || this.#waiting.length >= KEPT_ENTRIES) {
      this.#lost += 1;
      return;
    }
    this.#waiting.push(entryJson);
    this.#writeSoon();
  }

  flush(withinMs: number): Promise<void> {
    if (this.#lost > 0) return Promise.reject(unavailable('entries were lost'));
    if (this.#waiting.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const late = this.clock.after(withinMs, () => {
        this.#flushes.delete(flush);
        reject(unavailable('not stored in time'));
      });
      const done = () => {
        late();
        this.#flushes.delete(flush);
        resolve();
      };
      const flush: Flush = { upTo: this.#stored + this.#waiting.length, done };
      this.#flushes.add(flush);
      this.#writeNow();
    });
  }

  close(): void {
    this.#closed = true;
    this.#writeNow();
  }

  #writeSoon(): void {
    if (this.#next.state !== 'none' || this.#waiting.length === 0) return;
    this.#next = { state: 'soon', cancel: this.clock.after(BATCH_EVERY_MS, () => this.#writeNow()) };
  }

  #writeNow(): void {
    if (this.#next.state === 'now' || this.#waiting.length === 0) return;
    if (this.#next.state === 'soon') this.#next.cancel();
    this.#next = { state: 'now' };
    void this.#write().finally(() => {
      this.#next = { state: 'none' };
      this.#writeSoon();
    });
  }

  /** Batch after batch, until nobody waits for more. */
  async #write(): Promise<void> {
    let retryMs = RETRY_MIN_MS;
    do {
      const batch = this.#waiting.slice(0, BATCH_ENTRIES);
      const outcome = await this.#store(batch);
      if (outcome === 'refused' || outcome === 'taken') this.#giveUp();
      if (outcome === 'taken') this.by.onTaken();
      if (outcome === 'refused' || outcome === 'taken') return;
      if (outcome === 'stored') {
        this.#waiting.splice(0, batch.length);
        this.#stored += batch.length;
        for (const { upTo, done } of this.#flushes) if (upTo <= this.#stored) done();
        retryMs = RETRY_MIN_MS;
      } else {
        await this.clock.sleep(retryMs);
        retryMs = Math.min(retryMs * 2, RETRY_MAX_MS);
      }
    } while (
      this.#waiting.length > 0 &&
      (this.#flushes.size > 0 || this.#closed || this.#waiting.length >= BATCH_ENTRIES)
    );
  }

  async #store(batch: readonly string[]): Promise<'stored' | 'unavailable' | 'refused' | 'taken'> {
    const { callId, owner } = this.by;
    const { keys } = this.redis;
    const args = [owner.epoch, this.#stored + 1, ...batch];
    try {
      const stored = await this.redis.ask((redis) => append(redis, [keys.callLog(callId), keys.fence(callId)], args));
      return stored === TAKEN ? 'taken' : 'stored';
    } catch (error) {
      return error instanceof StoreError && error.retryable ? 'unavailable' : 'refused';
    }
  }

  /** Something else stands under the key: no later try would go better. It is seen by `lost`, and by every flush. */
  #giveUp(): void {
    this.#lost += this.#waiting.length;
    this.#waiting.length = 0;
  }
}

const unavailable = (detail: string) => new StoreError('redis', 'unavailable', { detail });
