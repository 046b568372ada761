import { type Clock, OperationalError } from '@app/kernel';
import type { PlannedOutage } from './fault-plan.js';

/** The doubles could not be told what is to go wrong. */
export class FaultsNotTold extends OperationalError {
  readonly code = 'lab.faults-not-told';
  readonly retryable = true;
}

const ANSWER_WITHIN_MS = 5_000;

/** Tells the doubles of each outage when it is due. Resolves when all are told, or at the signal. @throws FaultsNotTold */
export async function playFaults(
  plan: readonly PlannedOutage[],
  { labUrl, clock, signal }: { labUrl: string; clock: Clock; signal: AbortSignal },
): Promise<void> {
  const beganMs = clock.nowMs();
  for (const { fromMs, path, kind, forMs } of plan) {
    await clock.sleep(fromMs - (clock.nowMs() - beganMs), signal).catch(() => undefined);
    if (signal.aborted) return;
    await tell(labUrl, { path, kind, forMs });
  }
}

async function tell(labUrl: string, outage: Pick<PlannedOutage, 'path' | 'kind' | 'forMs'>): Promise<void> {
  try {
    const request = { method: 'POST', body: JSON.stringify(outage), signal: AbortSignal.timeout(ANSWER_WITHIN_MS) };
    const { ok, status } = await fetch(`${labUrl}/lab/outages`, request);
    if (!ok) throw new Error(`status ${status}`);
  } catch (cause) {
    throw new FaultsNotTold(`the doubles did not take an outage of ${outage.path}`, { cause });
  }
}
