import type { FunctionResult } from '@app/conversation/ports';
import type { FunctionLedger, LedgerEntry } from '@app/functions/ports';
import type { PrismaClient } from './prisma-client.js';

/** The rows of `function_runs`; the call's row must be there. */
export class PrismaFunctionLedger implements FunctionLedger {
  constructor(private readonly prisma: PrismaClient) {}

  async begin(_entry: { callId: string; key: string; name: string; argumentsJson: string }): Promise<LedgerEntry> {
    throw new Error(String(this.prisma));
  }

  async end(_entry: { callId: string; key: string; result: FunctionResult }): Promise<void> {
    throw new Error('not yet');
  }
}
