import type { Clock } from '@app/kernel';
import { inspectAccount } from './account.js';
import { addressesOf } from './addresses.js';
import { firstWebhook } from './first-webhook.js';
import type { CheckSettings } from './settings.js';

export interface CheckOptions {
  clock: Clock;
  print: (line: string) => void;
  /** Undefined: it is not waited for. */
  waitMs?: number | undefined;
  intervalMs?: number;
}

/** Tells what stands between this centre and an account of Ringover's. @returns whether nothing does */
export async function checkRingover(settings: CheckSettings, options: CheckOptions): Promise<boolean> {
  const { clock, print, waitMs, intervalMs } = options;
  const account = await inspectAccount(settings, { clock, ...(intervalMs !== undefined && { intervalMs }) });
  const addresses = addressesOf(settings, account.numbers);
  const faults = [...account.faults, ...addresses.faults];
  for (const line of account.lines) print(line);
  for (const fault of faults) print(`WRONG  ${fault}`);
  for (const line of ['', ...addresses.lines]) print(line);
  if (waitMs === undefined) return faults.length === 0;
  print('');
  print('Waiting for a first webhook: ring one of the numbers …');
  const { good, line } = await firstWebhook({ centreUrl: settings.centreUrl, withinMs: waitMs, clock });
  print(`${good ? 'ok    ' : 'WRONG '} ${line}`);
  return good && faults.length === 0;
}
