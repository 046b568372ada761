import { type LogEntry, readLog } from '@app/conversation';
import { RedisCallLogs } from '@app/live-state';
import { Injectable } from '@nestjs/common';
import { type Clock, InjectClock } from '../process-parts.js';
import { LatelyAsked } from './lately-asked.js';

/** So many live calls at most, each with some hundred kilobytes. */
const MOST = 200;

/**
 * The logs of calls that are not stored yet, as far as they are written. What was read before is kept for a moment, so
 * that who asks again reads only what came since: a call of ten minutes is a megabyte, and its questions come every second.
 */
@Injectable()
export class LiveLogs {
  readonly #known: LatelyAsked<readonly LogEntry[]>;

  constructor(
    private readonly logs: RedisCallLogs,
    @InjectClock() clock: Clock,
  ) {
    this.#known = new LatelyAsked(clock, MOST);
  }

  /** Empty when there is none, or none any more. @throws StoreError, BrokenLog */
  async read(callId: string): Promise<readonly LogEntry[]> {
    const before = this.#known.find(callId) ?? [];
    const lines = await this.logs.readAfter(callId, before.length);
    const entries = lines === undefined ? [] : lines.length === 0 ? before : readLog(lines, before);
    if (entries.length > 0) this.#known.keep(callId, entries);
    else this.#known.forget(callId);
    return entries;
  }

  /** JSON texts as they were written; empty when there are none. @throws StoreError */
  linesOf = (callId: string): Promise<string[]> => this.logs.read(callId);
}
