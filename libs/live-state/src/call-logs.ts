import type { CallLogSink } from '@app/conversation/ports';

/** The log of one call while somebody writes it. */
export interface OpenCallLog extends CallLogSink {
  /** Entries not taken because memory was full, or the call is another node's: the log then ends before them. */
  readonly lost: number;
  /** Nothing is taken after it; what was appended is still written in the background. */
  close(): void;
}

/** Who goes on with a log that another node began. */
export interface LogOwner {
  /** In which the writer owns the call. */
  epoch: number;
  /** Entries that are stored already: the next one is behind them. */
  stored: number;
}

/** The logs of all calls that are not finished yet. */
export interface CallLogs {
  /** One writer a call: of one that another node took over, nothing more is stored. @param onTaken told once, then */
  open(callId: string, owner?: LogOwner, onTaken?: () => void): OpenCallLog;
  /** All that is stored, in order; empty when there is none. @throws StoreError */
  read(callId: string): Promise<string[]>;
  /** What was written since the first `count` entries; undefined when there is no log, or none any more. @throws StoreError */
  readAfter(callId: string, count: number): Promise<string[] | undefined>;
  /** Forgets it; twice is once. @throws StoreError */
  drop(callId: string): Promise<void>;
}
