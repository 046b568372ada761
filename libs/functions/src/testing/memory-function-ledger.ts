import type { FunctionResult } from '@app/conversation/ports';
import { StoreError } from '@app/conversation/ports';
import type { FunctionLedger, LedgerEntry } from '../ports/index.js';

/** A ledger in a map. */
export class MemoryFunctionLedger implements FunctionLedger {
  readonly #entries = new Map<string, LedgerEntry>();

  begin({ callId, key }: { callId: string; key: string }): Promise<LedgerEntry> {
    const known = this.#entries.get(`${callId} ${key}`);
    if (!known) this.#entries.set(`${callId} ${key}`, { state: 'begun' });
    return Promise.resolve(known ?? { state: 'new' });
  }

  end({ callId, key, result }: { callId: string; key: string; result: FunctionResult }): Promise<void> {
    if (!this.#entries.has(`${callId} ${key}`)) return Promise.reject(new StoreError('memory', 'not-found'));
    this.#entries.set(`${callId} ${key}`, { state: 'done', result });
    return Promise.resolve();
  }
}
