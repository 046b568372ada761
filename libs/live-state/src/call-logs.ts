import type { CallLogSink } from '@app/conversation/ports';

/** The log of one call while somebody writes it. */
export interface OpenCallLog extends CallLogSink {
  /** Entries not taken because memory was full: the log then ends before them. */
  readonly lost: number;
  /** Nothing is taken after it; what was appended is still written in the background. */
  close(): void;
}

/** The logs of all calls that are not finished yet. */
export interface CallLogs {
  /** One writer a call. */
  open(callId: string): OpenCallLog;
  /** All that is stored, in order; empty when there is none. @throws StoreError */
  read(callId: string): Promise<string[]>;
  /** What was written since the first `count` entries; undefined when there is no log, or none any more. @throws StoreError */
  readAfter(callId: string, count: number): Promise<string[] | undefined>;
  /** Forgets it; twice is once. @throws StoreError */
  drop(callId: string): Promise<void>;
}
