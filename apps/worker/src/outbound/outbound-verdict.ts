import type { CarriedCall } from '@app/conversation/ports';
import type { Attempt, AttemptEnd } from '@app/persistence';

/** Whoever asks the carrier gives up after 15 s: one that has not said how it went by then has died. */
const ASKED_WITHIN_MS = 20_000;
/** How long the outcome of a call that may have been placed is looked up. */
const LOOKED_UP_MS = 60_000;
/** When the history should have a call that rang in vain. */
const HISTORY_LATE_MS = 60_000;
/** Clocks of theirs and ours, and the queue in front of the carrier. */
const BEGAN_BEFORE_MS = 30_000;
const BEGAN_AFTER_MS = 90_000;

/** What is to be noted of an attempt. `found`: the carrier's ids, where they were not known. */
export type Verdict =
  | { type: 'doubt' }
  | { type: 'dialling'; found: CarriedCall }
  | { type: 'end'; outcome: AttemptEnd['outcome']; failure?: string; found?: CarriedCall };

/** Calls that may be this attempt's: by the carrier's id where it is known, else by numbers and time. */
export function foundFor(attempt: Attempt, calls: readonly CarriedCall[]): CarriedCall[] {
  const { carrierCallId, from, to } = attempt;
  if (carrierCallId !== null) return calls.filter((call) => call.carrierCallId === carrierCallId).slice(0, 1);
  const fitting = calls.filter(
    (call) => call.to === to && (call.from === null || call.from === from) && isInTime(attempt, call),
  );
  return fitting.filter((call, n) => fitting.findIndex((one) => one.carrierCallId === call.carrierCallId) === n);
}

function isInTime({ createdAt }: Attempt, { startedAt }: CarriedCall): boolean {
  if (startedAt === null) return true;
  const afterMs = startedAt.getTime() - createdAt.getTime();
  return afterMs >= -BEGAN_BEFORE_MS && afterMs <= BEGAN_AFTER_MS;
}

/** Undefined: wait. `wasAsked`: the carrier was, and answered. */
export function verdictOn(
  attempt: Attempt,
  { found, wasAsked, now }: { found: CarriedCall | undefined; wasAsked: boolean; now: Date },
): Verdict | undefined {
  const sinceMs = (at: Date) => now.getTime() - at.getTime();
  switch (attempt.state) {
    case 'attempting':
      return sinceMs(attempt.createdAt) > ASKED_WITHIN_MS ? { type: 'doubt' } : undefined;
    case 'doubtful':
      if (found) return found.isOver ? endOf(found) : { type: 'dialling', found };
      return sinceMs(attempt.doubtedAt ?? attempt.createdAt) >= LOOKED_UP_MS
        ? { type: 'end', outcome: 'uncertain' }
        : undefined;
    case 'dialling': {
      if (found?.isOver) return endOf(found);
      const isLate = sinceMs(attempt.createdAt) > attempt.ringS * 1_000 + HISTORY_LATE_MS;
      if (!wasAsked || found || !isLate) return undefined;
      return { type: 'end', outcome: 'no-answer', failure: 'outbound.not-in-history' };
    }
    default:
      return undefined;
  }
}

/** A call that was answered and never streamed had no conversation. */
const endOf = (found: CarriedCall): Verdict =>
  found.outcome === null || found.outcome === 'answered'
    ? { type: 'end', outcome: 'failed', failure: 'outbound.no-stream', found }
    : { type: 'end', outcome: found.outcome, found };
