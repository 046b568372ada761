/** Where the log of one call is kept while it lives. Entries are JSON texts, already in order. */
export interface CallLogSink {
  /** Takes the entry and returns at once; written in batches of at most 100 ms. Never throws. */
  append(entryJson: string): void;

  /** Resolves when all that was appended so far is stored. @throws StoreError `unavailable` after `withinMs` */
  flush(withinMs: number): Promise<void>;
}
