import type { FunctionResult } from '@app/conversation/ports';
import type { FunctionLedger, LedgerEntry } from '@app/functions/ports';
import type { Clock } from '@app/kernel';
import type { PrismaClient } from './prisma-client.js';
import { storableJson, storableText } from './storable.js';
import { stored } from './stored.js';

/** The rows of `function_runs`. The call's row must be there: `begin` throws StoreError `not-found` without it. */
export class PrismaFunctionLedger implements FunctionLedger {
  constructor(
    private readonly prisma: PrismaClient,
    private readonly clock: Clock,
  ) {}

  async begin(entry: { callId: string; key: string; name: string; argumentsJson: string }): Promise<LedgerEntry> {
    const { callId, key, name, argumentsJson } = entry;
    const run = { callId, key, name: storableText(name), arguments: storableJson(parsed(argumentsJson)) };
    const made = await stored(
      this.prisma.functionRun.createMany({ data: { ...run, state: 'begun' }, skipDuplicates: true }),
    );
    if (made.count > 0) return { state: 'new' };
    const row = await stored(this.prisma.functionRun.findUniqueOrThrow({ where: { callId_key: { callId, key } } }));
    return row.state === 'done'
      ? { state: 'done', result: row.result as unknown as FunctionResult }
      : { state: 'begun' };
  }

  async end(entry: { callId: string; key: string; result: FunctionResult }): Promise<void> {
    const { callId, key, result } = entry;
    const ended = { state: 'done', result: storableJson(result), endedAt: this.clock.date() };
    await stored(this.prisma.functionRun.update({ where: { callId_key: { callId, key } }, data: ended }));
  }
}

/** What a model sent as arguments, also when it is not JSON. */
function parsed(argumentsJson: string): unknown {
  try {
    return JSON.parse(argumentsJson) as unknown;
  } catch {
    return argumentsJson;
  }
}
