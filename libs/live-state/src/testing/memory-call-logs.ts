import type { CallLogs, OpenCallLog } from '../call-logs.js';

/** Logs of calls in a map. */
export class MemoryCallLogs implements CallLogs {
  readonly #logs = new Map<string, string[]>();

  /** Nobody takes a call over here. */
  open(callId: string): OpenCallLog {
    const log = this.#logs.get(callId) ?? [];
    this.#logs.set(callId, log);
    let closed = false;
    return {
      lost: 0,
      append: (entryJson) => void (closed || log.push(entryJson)),
      flush: () => Promise.resolve(),
      close: () => void (closed = true),
    };
  }

  read = (callId: string) => Promise.resolve([...(this.#logs.get(callId) ?? [])]);

  readAfter = (callId: string, count: number) => Promise.resolve(this.#logs.get(callId)?.slice(count));

  drop(callId: string): Promise<void> {
    this.#logs.delete(callId);
    return Promise.resolve();
  }
}
