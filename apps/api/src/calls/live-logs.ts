import { type LogEntry, readLog } from '@app/conversation';
import { RedisCallLogs } from '@app/live-state';
import { Injectable } from '@nestjs/common';
import { type Clock, InjectClock } from '../process-parts.js';

/** Whoever watches a call asks more often; what nobody asks for is let go at the next question about any call. */
const KEPT_MS = 30_000;
/** So many live calls at most, each with some hundred kilobytes. */
const MOST = 200;

/**
 * The logs of calls that are not stored yet, as far as they are written. What was read before is kept for a moment, so
 * that who asks again reads only what came since: a call of ten minutes is a megabyte, and its questions come every second.
 */
@Injectable()
export class LiveLogs {
  readonly #known = new Map<string, { entries: readonly LogEntry[]; askedMs: number }>();

  constructor(
    private readonly logs: RedisCallLogs,
    @InjectClock() private readonly clock: Clock,
  ) {}

  /** Empty when there is none, or none any more. @throws StoreError, BrokenLog */
  async read(callId: string): Promise<readonly LogEntry[]> {
    const before = this.#known.get(callId)?.entries ?? [];
    const lines = await this.logs.readAfter(callId, before.length);
    const entries = lines === undefined ? [] : lines.length === 0 ? before : readLog(lines, before);
    this.#keep(callId, entries);
    return entries;
  }

  /** JSON texts as they were written; empty when there are none. @throws StoreError */
  linesOf = (callId: string): Promise<string[]> => this.logs.read(callId);

  /** The one asked for last stands last. */
  #keep(callId: string, entries: readonly LogEntry[]): void {
    const nowMs = this.clock.nowMs();
    this.#known.delete(callId);
    for (const [other, { askedMs }] of this.#known) {
      if (nowMs - askedMs < KEPT_MS && this.#known.size < MOST) break;
      this.#known.delete(other);
    }
    if (entries.length > 0) this.#known.set(callId, { entries, askedMs: nowMs });
  }
}
