import type { FunctionResult } from '@app/conversation/ports';

/** What stands in the ledger for a key: nothing yet, begun and not ended (a crash: outcome unknown), or done. */
export type LedgerEntry = { state: 'new' } | { state: 'begun' } | { state: 'done'; result: FunctionResult };

/** What agents did, written before it is done, so that nothing is done twice: not on a retry, not over a crash. */
export interface FunctionLedger {
  /** Atomic: exactly one asker of a key is told `new`. @throws StoreError */
  begin(entry: { callId: string; key: string; name: string; argumentsJson: string }): Promise<LedgerEntry>;
  /** @throws StoreError */
  end(entry: { callId: string; key: string; result: FunctionResult }): Promise<void>;
}
